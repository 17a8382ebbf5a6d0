package dev.zlayer.cli;

import dev.zlayer.cli.log.LineLogging;
import java.util.Locale;
import java.util.Optional;

/** What a device logs, in the words that {@code wireguard-go} takes. */
enum LogLevel {
  VERBOSE("debug"),
  ERROR("error"),
  SILENT("off");

  private final String ours;

  LogLevel(String ours) {
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

  /** Takes effect if nothing was logged before. */
  void apply() {
    System.setProperty(LineLogging.LEVEL, ours);
  }
}
