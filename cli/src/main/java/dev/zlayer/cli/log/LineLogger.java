package dev.zlayer.cli.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Writes what its threshold admits. Thread safe. */
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;

  private final transient LineOutput out;
  private volatile Threshold threshold;

  LineLogger(String name, LineOutput out, Threshold threshold) {
    this.name = name;
    this.out = out;
    this.threshold = threshold;
  }

  Threshold threshold() {
    return threshold;
  }

  void setThreshold(Threshold other) {
    threshold = other;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String text, Object[] arguments, Throwable failure) {
    write(level, text, arguments, List.of(), failure);
  }

  /** What a fluent call has gathered. */
  @Override
  public void log(LoggingEvent event) {
    write(
        event.getLevel(),
        event.getMessage(),
        event.getArgumentArray(),
        Optional.ofNullable(event.getKeyValuePairs()).orElse(List.of()),
        event.getThrowable());
  }

  private void write(
      Level level, String text, Object[] arguments, List<KeyValuePair> pairs, Throwable failure) {
    out.write(
        new LogEntry(
            Instant.now(),
            level,
            name,
            threadName(Thread.currentThread()),
            String.valueOf(MessageFormatter.basicArrayFormat(text, arguments)),
            pairs,
            Optional.ofNullable(failure)));
  }

  /** A virtual thread has no name unless it was given one. */
  private static String threadName(Thread thread) {
    return thread.getName().isEmpty() ? "thread " + thread.threadId() : thread.getName();
  }

  @Override
  public boolean isTraceEnabled() {
    return threshold.admits(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return threshold.admits(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return threshold.admits(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return threshold.admits(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return threshold.admits(Level.ERROR);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null;
  }
}
