package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.resolver.RootIntegration;
import dev.zlayer.overlay.state.DataDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "resolver",
    description =
        "As root, lead programs of this machine to the names of a node that isn't root's; the"
            + " service does so by itself.",
    subcommands = {ResolverCommand.Apply.class, ResolverCommand.Undo.class})
final class ResolverCommand extends CommandGroup {
  /** Root's own, unlike the node's: what it says is done as root. */
  private static final DataDirectory TRACES =
      new DataDirectory(Path.of("/var/lib/zlayer-resolver"));

  @Command(
      name = "apply",
      description = "Do what the running node was asked for (up --resolver) and may not do itself.")
  static final class Apply implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;

    @Override
    public Integer call() {
      NameResolution names;
      try (Administration node = Administration.ofRunning(dataDirectory.path)) {
        names = RootIntegration.apply(node, TRACES);
      }
      spec.commandLine().getOut().println("names are " + names.text());
      boolean asWanted =
          names.through().isPresent()
              || names.mode() == ResolverMode.AUTO
              || names.mode() == ResolverMode.NONE;
      return asWanted ? 0 : 1;
    }
  }

  @Command(name = "undo", description = "Undo it, whether the node runs or not.")
  static final class Undo implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine()
          .getOut()
          .println(RootIntegration.undo(TRACES).map("undone: "::concat).orElse("nothing to undo"));
      return 0;
    }
  }
}
