package dev.zlayer.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which node is meant. */
final class DataDirectoryOption {
  private static final String DEFAULT = "/var/lib/zlayer";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = DEFAULT,
      description = "Where the node keeps its state (default: ${DEFAULT-VALUE}).")
  Path path;

  boolean isDefault() {
    return path.equals(Path.of(DEFAULT));
  }

  /** The option as it has to be repeated in a further command; empty for the default. */
  String repeated() {
    return isDefault() ? "" : " --data-dir " + ShellWord.of(path);
  }
}
