package dev.zlayer.cli.log;

import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * Makes an entry of each line that is written, whatever the thresholds are: what a command says of
 * itself, for those who read its log only.
 */
final class LogLines extends Writer {
  private final LineOutput out;
  private final String logger;
  private final Level level;

  /** Begun and not ended yet; guarded by the lock. */
  private final StringBuilder line = new StringBuilder();

  LogLines(LineOutput out, String logger, Level level) {
    this.out = out;
    this.logger = logger;
    this.level = level;
  }

  @Override
  public void write(char[] text, int offset, int length) {
    synchronized (lock) {
      for (int i = offset; i < offset + length; i++) {
        if (text[i] == '\n') {
          end();
        } else {
          line.append(text[i]);
        }
      }
    }
  }

  private void end() {
    out.write(
        new LogEntry(
            Instant.now(),
            level,
            logger,
            Thread.currentThread().getName(),
            line.toString(),
            List.of(),
            Optional.empty()));
    line.setLength(0);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
