package dev.zlayer.cli.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where lines go. Thread safe: an entry is written in one piece. */
final class LineOutput {
  private final PrintStream out;
  private volatile LineFormat format;

  LineOutput(PrintStream out, LineFormat format) {
    this.out = out;
    this.format = format;
  }

  void use(LineFormat other) {
    format = other;
  }

  void write(LogEntry entry) {
    LineFormat current = format;
    byte[] line =
        current
            .of(entry)
            .getBytes(current == LineFormat.JSON ? StandardCharsets.UTF_8 : out.charset());
    out.write(line, 0, line.length);
    out.flush();
  }
}
