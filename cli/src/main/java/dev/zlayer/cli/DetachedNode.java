package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.IoReason;
import dev.zlayer.overlay.state.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;

/** Starts a node as a process of its own, which outlives this one and its terminal. */
final class DetachedNode {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int MAX_LAST_WORDS_BYTES = 64 << 10;
  private static final String REASON = "zlayer-overlay up: ";

  private final Path dataDirectory;
  private final List<String> options;
  private final Path log;

  /** The node of {@code dataDirectory}, to be started with these options of {@code up}. */
  DetachedNode(Path dataDirectory, List<String> options) {
    this.options = options;
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
          DetachedCommand.of(words())
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new OverlayException("the node can't be started: " + IoReason.of(e), e);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new OverlayException(lastWords(logged) + " (the log is " + log + ")");
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

  private List<String> words() {
    List<String> words = new ArrayList<>(List.of("up", "--data-dir=" + dataDirectory));
    words.addAll(options);
    return words;
  }

  /** The log's length so far. */
  private long openLog() throws IOException {
    if (!Files.exists(log)) {
      OwnerOnlyFile.create(log);
    }
    return Files.size(log);
  }

  /** The text of a line, which may be a JSON object. */
  private static String message(String line) {
    if (!line.startsWith("{")) {
      return line;
    }
    try {
      byte[] json = line.getBytes(StandardCharsets.UTF_8);
      return JsonText.parse(json).path("message").asString(line);
    } catch (JacksonException e) {
      return line;
    }
  }

  /** Its last line since then, which is the reason why it ended. */
  private String lastWords(long logged) {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(logged);
      String said = new String(in.readNBytes(MAX_LAST_WORDS_BYTES), StandardCharsets.UTF_8);
      return said.lines()
          .filter(line -> !line.isBlank())
          .reduce((earlier, later) -> later)
          .map(DetachedNode::message)
          .map(line -> line.startsWith(REASON) ? line.substring(REASON.length()) : line)
          .orElse("the node ended and said nothing");
    } catch (IOException e) {
      return "the node ended";
    }
  }
}
