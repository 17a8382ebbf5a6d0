package dev.zlayer.cli.demo;

import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the few commands of the system that build the demonstration's network. */
final class Shell {
  private static final int PATIENCE_SECONDS = 10;

  private Shell() {}

  /**
   * Runs {@code command}, words separated by blanks, in the network namespace of the calling
   * thread.
   *
   * @return what it said
   * @throws OverlayException with the command and what it said, if it fails
   */
  static String run(String command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(List.of(command.split(" "))).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new OverlayException("'" + command + "' does not come to an end");
      }
      if (process.exitValue() != 0) {
        throw new OverlayException("'" + command + "' failed: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new OverlayException("'" + command + "' can't be run: " + e.getMessage(), e);
    }
  }
}
