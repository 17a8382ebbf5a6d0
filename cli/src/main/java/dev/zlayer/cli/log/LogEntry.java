package dev.zlayer.cli.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * What is written at once.
 *
 * @param thread its name, never empty
 * @param pairs what SLF4J's fluent calls have added
 */
record LogEntry(
    Instant time,
    Level level,
    String logger,
    String thread,
    String message,
    List<KeyValuePair> pairs,
    Optional<Throwable> failure) {
  LogEntry {
    pairs = List.copyOf(pairs);
  }

  /** The stack trace of the failure. */
  Optional<String> trace() {
    StringWriter trace = new StringWriter();
    failure.ifPresent(cause -> cause.printStackTrace(new PrintWriter(trace, true)));
    return failure.map(_ -> trace.toString());
  }

  /** A value as SLF4J has it in a message, whatever its {@code toString} does. */
  static String words(Object value) {
    return MessageFormatter.basicArrayFormat("{}", new Object[] {value});
  }
}
