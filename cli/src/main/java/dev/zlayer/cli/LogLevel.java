package dev.zlayer.cli;

import dev.zlayer.cli.log.LevelSetting;
import dev.zlayer.cli.log.LineLogging;
import dev.zlayer.cli.log.Threshold;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;

/** What a device logs, in the words that {@code wireguard-go} takes. */
enum LogLevel {
  VERBOSE(Threshold.DEBUG),
  ERROR(Threshold.ERROR),
  SILENT(Threshold.OFF);

  private final Threshold ours;

  LogLevel(Threshold ours) {
    this.ours = ours;
  }

  /**
   * That of {@code LOG_LEVEL} in the environment, if it is set. Other programs go by that variable
   * too, in words of their own: those mean {@link #ERROR}.
   */
  static Optional<LogLevel> ofEnvironment() {
    return Optional.ofNullable(System.getenv("LOG_LEVEL"))
        .filter(word -> !word.isBlank())
        .map(LogLevel::of);
  }

  private static LogLevel of(String word) {
    return switch (word.strip().toLowerCase(Locale.ROOT)) {
      case "verbose", "debug" -> VERBOSE;
      case "silent" -> SILENT;
      default -> ERROR;
    };
  }

  void apply() {
    LineLogging.loggers().set(new LevelSetting(Logger.ROOT_LOGGER_NAME, ours));
  }
}
