package dev.zlayer.cli.log;

import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.stream.Collectors;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/** How an entry looks; each ends in a line feed. */
enum LineFormat {
  /** Time (UTC), level and text; a stack trace follows in lines of its own. */
  PLAIN {
    @Override
    String of(LogEntry entry) {
      return time(entry) + " " + entry.level() + " " + text(entry);
    }
  },

  /**
   * For systemd's journal, which has the time by itself and takes a line's priority from its
   * beginning (sd-daemon(3)).
   */
  JOURNAL {
    @Override
    String of(LogEntry entry) {
      String priority = "<" + priority(entry.level()) + ">";
      return text(entry).lines().map(line -> priority + line + "\n").collect(Collectors.joining());
    }
  },

  /** A JSON object in one line. */
  JSON {
    @Override
    String of(LogEntry entry) {
      return JsonLine.of(entry);
    }
  };

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  abstract String of(LogEntry entry);

  /** In UTC, as RFC 3339 has it. */
  static String time(LogEntry entry) {
    return TIME.format(entry.time());
  }

  private static String text(LogEntry entry) {
    StringBuilder text = new StringBuilder(entry.message());
    for (KeyValuePair pair : entry.pairs()) {
      text.append(' ').append(pair.key).append('=').append(LogEntry.words(pair.value));
    }
    text.append('\n');
    entry.trace().ifPresent(text::append);
    return text.toString();
  }

  private static int priority(Level level) {
    return switch (level) {
      case ERROR -> 3;
      case WARN -> 4;
      case INFO -> 6;
      case DEBUG, TRACE -> 7;
    };
  }
}
