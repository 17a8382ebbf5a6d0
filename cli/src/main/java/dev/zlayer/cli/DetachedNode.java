package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts a node as a process of its own, which outlives this one and its terminal. */
final class DetachedNode {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final Path dataDirectory;
  private final Path log;

  DetachedNode(Path dataDirectory) {
    this.dataDirectory = dataDirectory.toAbsolutePath();
    this.log = this.dataDirectory.resolve("overlay.log");
  }

  /**
   * Returns a line about the node once it is up.
   *
   * @throws OverlayException with what the node said if it isn't
   */
  String start() throws InterruptedException {
    Process process;
    long logged;
    try {
      logged = openLog();
      process =
          new ProcessBuilder(command())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new OverlayException("the node can't be started: " + e.getMessage(), e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new OverlayException("the node ended at once: " + lastWords(logged));
      }
      try (Administration node = Administration.ofRunning(dataDirectory)) {
        return UpCommand.summary(node.status());
      } catch (OverlayException notYet) {
        Thread.sleep(POLL);
      }
    }
    process.destroy();
    throw new OverlayException(
        "the node isn't up after " + PATIENCE.toSeconds() + " s; see " + log);
  }

  private List<String> command() {
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
    command.addAll(List.of("up", "--data-dir", dataDirectory.toString()));
    return command;
  }

  /** The log's length so far; it is made readable for its owner only. */
  private long openLog() throws IOException {
    if (!Files.exists(log)) {
      Files.createFile(
          log, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    return Files.size(log);
  }

  private String lastWords(long logged) {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int from = (int) Math.min(logged, bytes.length);
      String words = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).strip();
      return words.isEmpty() ? "it said nothing" : words;
    } catch (IOException e) {
      return "see " + log;
    }
  }
}
