package dev.zlayer.cli.log;

import dev.zlayer.overlay.LogLevels;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/** All loggers, and which of them write what. Thread safe. */
public final class LineLoggers implements ILoggerFactory, LogLevels {
  private static final int MAX_SETTINGS = 100;

  private final LineOutput out;
  private final Map<String, LineLogger> loggers = new TreeMap<>();
  private final Map<String, Threshold> settings = new HashMap<>();

  LineLoggers(LineOutput out, Threshold root) {
    this.out = out;
    settings.put(Logger.ROOT_LOGGER_NAME, root);
  }

  /** Has entries written as JSON from now on. */
  public void useJson() {
    out.use(LineFormat.JSON);
  }

  /** Makes an entry of each line, whatever the thresholds are. */
  public PrintWriter lines(Class<?> logger, Level level) {
    return new PrintWriter(new LogLines(out, logger.getName(), level), true);
  }

  @Override
  public synchronized LineLogger getLogger(String name) {
    return loggers.computeIfAbsent(name, _ -> new LineLogger(name, out, threshold(name)));
  }

  /** The threshold of {@code ROOT}, of each logger that there is, and of what else was set. */
  @Override
  public synchronized Map<String, String> levels() {
    Map<String, Threshold> thresholds = new TreeMap<>(settings);
    loggers.forEach((name, logger) -> thresholds.put(name, logger.threshold()));
    Map<String, String> levels = new LinkedHashMap<>();
    levels.put(Logger.ROOT_LOGGER_NAME, thresholds.remove(Logger.ROOT_LOGGER_NAME).word());
    thresholds.forEach((name, threshold) -> levels.put(name, threshold.word()));
    return levels;
  }

  @Override
  public void set(String logger, String level) {
    set(new LevelSetting(logger, Threshold.parse(level)));
  }

  /**
   * As {@link #set(String, String)}.
   *
   * @throws IllegalArgumentException if there are {@value #MAX_SETTINGS} settings already
   */
  public synchronized void set(LevelSetting setting) {
    if (settings.size() == MAX_SETTINGS && !settings.containsKey(setting.logger())) {
      throw new IllegalArgumentException(
          "there are levels of %d loggers already: set that of a package".formatted(MAX_SETTINGS));
    }
    settings.put(setting.logger(), setting.threshold());
    loggers.forEach((name, logger) -> logger.setThreshold(threshold(name)));
  }

  /** The setting of {@code name}, or else of the closest package that has one. */
  private Threshold threshold(String name) {
    for (String place = name; ; place = place.substring(0, place.lastIndexOf('.'))) {
      Threshold set = settings.get(place);
      if (set != null) {
        return set;
      }
      if (place.indexOf('.') < 0) {
        return settings.get(Logger.ROOT_LOGGER_NAME);
      }
    }
  }
}
