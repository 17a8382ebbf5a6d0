package dev.zlayer.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself, which only its subcommands fill: see {@link Subcommand}. */
@Command(
    name = "zlayer-overlay",
    description =
        "Encrypted overlay networking: machines that reach each other over UDP form one"
            + " private network.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = ZlayerOverlayCommand.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ZlayerOverlayCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a subcommand");
  }

  /** The version as it was built. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Optional<String> version =
          Optional.ofNullable(Main.class.getModule().getDescriptor())
              .flatMap(ModuleDescriptor::rawVersion);
      return new String[] {"zlayer-overlay " + version.orElse("of an unknown version")};
    }
  }
}
