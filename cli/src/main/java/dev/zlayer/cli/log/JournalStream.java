package dev.zlayer.cli.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The stream that systemd connects a service's output with. */
final class JournalStream {
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private JournalStream() {}

  /**
   * Whether standard error is it. Who was started by a service has the variable too, and his output
   * may go elsewhere.
   *
   * @param variable {@code JOURNAL_STREAM} of the environment: device and inode; null without it
   */
  static boolean isStandardError(String variable) {
    if (variable == null) {
      return false;
    }
    try {
      Map<String, Object> file = Files.readAttributes(STANDARD_ERROR, "unix:dev,ino");
      return variable.equals(file.get("dev") + ":" + file.get("ino"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
