package dev.zlayer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This very command as a process of its own, which outlives this one and its terminal. */
final class DetachedCommand {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private DetachedCommand() {}

  /** What starts {@code zlayer-overlay WORDS...} without input; its output is the caller's. */
  static ProcessBuilder of(List<String> words) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    String launcher = System.getProperty("zlayer.launcher");
    if (launcher != null) {
      command.add(launcher);
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux");
      command.add("-p");
      command.add(System.getProperty("jdk.module.path"));
      command.add("-m");
      command.add("dev.zlayer.cli/dev.zlayer.cli.Main");
    }
    command.addAll(words);
    return new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile());
  }
}
