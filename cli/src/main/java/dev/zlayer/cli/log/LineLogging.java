package dev.zlayer.cli.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logging as lines on standard error, for SLF4J to find.
 *
 * <p>The system property {@link #LEVEL} is the {@link Threshold} to begin with, {@code info}
 * without it.
 */
public final class LineLogging implements SLF4JServiceProvider {
  public static final String LEVEL = "zlayer.log";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** The loggers of this process. */
  public static LineLoggers loggers() {
    return Holder.LOGGERS;
  }

  @Override
  public void initialize() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return loggers();
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  /** Made when it is first asked for. */
  private static final class Holder {
    static final LineLoggers LOGGERS =
        new LineLoggers(
            new LineOutput(
                System.err,
                JournalStream.isStandardError(System.getenv("JOURNAL_STREAM"))
                    ? LineFormat.JOURNAL
                    : LineFormat.PLAIN),
            initial());

    /** A word that is none must not keep the program from its work. */
    private static Threshold initial() {
      try {
        return Threshold.parse(System.getProperty(LEVEL, Threshold.INFO.word()));
      } catch (IllegalArgumentException e) {
        return Threshold.INFO;
      }
    }
  }
}
