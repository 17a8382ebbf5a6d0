package dev.zlayer.cli.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** The least severe level that a logger writes. */
public enum Threshold {
  TRACE(Level.TRACE.toInt()),
  DEBUG(Level.DEBUG.toInt()),
  INFO(Level.INFO.toInt()),
  WARN(Level.WARN.toInt()),
  ERROR(Level.ERROR.toInt()),
  OFF(Integer.MAX_VALUE);

  private final int least;

  Threshold(int least) {
    this.least = least;
  }

  boolean admits(Level level) {
    return level.toInt() >= least;
  }

  /** As an operator writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The threshold that is called so, in letters of any case.
   *
   * @throws IllegalArgumentException naming all of them
   */
  public static Threshold parse(String word) {
    return Arrays.stream(values())
        .filter(threshold -> threshold.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is not a level: %s"
                    .formatted(
                        word,
                        Arrays.stream(values())
                            .map(Threshold::word)
                            .collect(Collectors.joining(", ")))));
  }
}
