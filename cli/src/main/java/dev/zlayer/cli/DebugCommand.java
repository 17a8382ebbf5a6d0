package dev.zlayer.cli;

import dev.zlayer.cli.bundle.Bundle;
import dev.zlayer.cli.bundle.BundleFile;
import dev.zlayer.overlay.state.DataDirectory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "debug",
    description = "Gather what others need to know to help.",
    subcommands = DebugCommand.BundleCommand.class)
final class DebugCommand extends CommandGroup {
  @Command(
      name = "bundle",
      description = {
        "Write a ZIP file with this node's state without keys and tokens, its status, what doctor"
            + " finds, links, routes, resolver, log, the service's journal and versions.",
        "Read it before you pass it on."
      })
  static final class BundleCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    @Spec CommandSpec spec;
    @Mixin DataDirectoryOption dataDirectory;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "Where to write it (default: zlayer-debug-TIME.zip, here).")
    Optional<Path> file;

    @Option(
        names = "--anonymise",
        description =
            "Replace public keys, addresses and names of hosts by placeholders, the same ones"
                + " everywhere.")
    boolean anonymise;

    @Override
    public Integer call() {
      Path target =
          file.orElseGet(() -> Path.of("zlayer-debug-" + STAMP.format(Instant.now()) + ".zip"));
      BundleFile.write(Bundle.of(new DataDirectory(dataDirectory.path), anonymise), target);
      spec.commandLine().getOut().println(target);
      return 0;
    }
  }
}
