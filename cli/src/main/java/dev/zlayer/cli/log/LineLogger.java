package dev.zlayer.cli.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Writes lines of time (UTC), level and text; a stack trace follows. Thread safe. */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final transient PrintStream out;
  private final int leastSevere;

  /**
   * @param leastSevere the number of the lowest {@link Level} that is written
   */
  LineLogger(PrintStream out, int leastSevere) {
    this.out = out;
    this.leastSevere = leastSevere;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String text, Object[] arguments, Throwable failure) {
    StringBuilder line = new StringBuilder();
    TIME.formatTo(Instant.now(), line);
    line.append(' ')
        .append(level)
        .append(' ')
        .append(MessageFormatter.basicArrayFormat(text, arguments))
        .append(System.lineSeparator());
    if (failure != null) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    // In one piece, so that lines of several threads don't mingle.
    out.print(line);
    out.flush();
  }

  private boolean isEnabled(Level level) {
    return level.toInt() >= leastSevere;
  }

  @Override
  public boolean isTraceEnabled() {
    return isEnabled(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isEnabled(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isEnabled(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isEnabled(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isEnabled(Level.ERROR);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null;
  }
}
