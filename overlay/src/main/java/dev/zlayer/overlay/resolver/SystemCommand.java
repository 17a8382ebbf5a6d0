package dev.zlayer.overlay.resolver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system's to its end. */
final class SystemCommand {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MAX_WORDS_BYTES = 4096;

  private SystemCommand() {}

  /**
   * Returns what it said when it has succeeded.
   *
   * @throws IOException with what it said if it didn't, or not in time
   */
  static String run(List<String> words, String input) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException hasNotRead) {
        // How it ends says more.
      }
      if (!process.waitFor(LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException(
            String.join(" ", words) + " takes longer than " + LIMIT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s: %s (exit code %d)"
                .formatted(String.join(" ", words), said(process), process.exitValue()));
      }
      return said(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + words.getFirst(), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** As far as it is there: a child in the background may hold the pipe open. */
  private static String said(Process process) throws IOException {
    InputStream out = process.getInputStream();
    byte[] words = out.readNBytes(Math.min(out.available(), MAX_WORDS_BYTES));
    return new String(words, StandardCharsets.UTF_8).strip().replaceAll("\\s*\n\\s*", "; ");
  }
}
