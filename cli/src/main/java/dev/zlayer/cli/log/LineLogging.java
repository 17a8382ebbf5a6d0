package dev.zlayer.cli.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logging as plain lines on standard error, for SLF4J to find. All loggers are one.
 *
 * <p>The system property {@link #LEVEL} is what is logged at least: {@code trace}, {@code debug},
 * {@code info} (the default), {@code warn}, {@code error}, or {@code off}. It is read when the
 * first logger is asked for.
 */
public final class LineLogging implements SLF4JServiceProvider {
  public static final String LEVEL = "zlayer.log";

  private static final String OFF = "off";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private Logger logger;

  @Override
  public void initialize() {
    logger = new LineLogger(System.err, leastSevere(System.getProperty(LEVEL, "info")));
  }

  /** Above every level for {@code off}; an unknown word means what is logged by default. */
  private static int leastSevere(String word) {
    if (word.equals(OFF)) {
      return Integer.MAX_VALUE;
    }
    for (Level level : Level.values()) {
      if (level.name().equalsIgnoreCase(word)) {
        return level.toInt();
      }
    }
    return Level.INFO.toInt();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> logger;
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
}
