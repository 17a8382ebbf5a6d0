package dev.zlayer.cli.doctor;

import java.util.Locale;
import java.util.Optional;

/**
 * What a check says.
 *
 * @param check the check's name
 * @param remedy what to do about a warning or a problem
 */
public record Finding(String check, Level level, String text, Optional<String> remedy) {

  /** How bad it is. */
  public enum Level {
    OK,
    /** Couldn't be looked at, or makes no sense here. */
    SKIPPED,
    /** A node runs, but not as well as it might. */
    WARNING,
    /** A node doesn't start, or doesn't do its work. */
    PROBLEM;

    /** {@code problem}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding ok(String check, String text) {
    return new Finding(check, Level.OK, text, Optional.empty());
  }

  static Finding skipped(String check, String text) {
    return new Finding(check, Level.SKIPPED, text, Optional.empty());
  }

  static Finding warning(String check, String text, String remedy) {
    return new Finding(check, Level.WARNING, text, Optional.of(remedy));
  }

  static Finding problem(String check, String text, String remedy) {
    return new Finding(check, Level.PROBLEM, text, Optional.of(remedy));
  }
}
