package dev.zlayer.cli.log;

import java.util.Objects;
import java.util.regex.Pattern;
import org.slf4j.Logger;

/**
 * What one logger writes and all whose names begin with its name and a dot, unless they have a
 * setting of their own.
 *
 * @param logger a class or package; {@code ROOT} for all loggers
 */
public record LevelSetting(String logger, Threshold threshold) {
  private static final int MAX_NAME_CHARS = 200;
  private static final Pattern NAME = Pattern.compile("[\\w$-]+(\\.[\\w$-]+)*");

  public LevelSetting {
    Objects.requireNonNull(threshold);
    if (logger.length() > MAX_NAME_CHARS || !NAME.matcher(logger).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not the name of a logger, such as dev.zlayer.overlay".formatted(logger));
    }
  }

  /**
   * Reads {@code LEVEL} or {@code LOGGER=LEVEL}.
   *
   * @throws IllegalArgumentException saying which part breaks which rule
   */
  public static LevelSetting parse(String text) {
    int equals = text.lastIndexOf('=');
    return new LevelSetting(
        equals < 0 ? Logger.ROOT_LOGGER_NAME : text.substring(0, equals),
        Threshold.parse(text.substring(equals + 1)));
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    return logger + "=" + threshold.word();
  }
}
