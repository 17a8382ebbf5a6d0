package dev.zlayer.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people read them. */
public final class Amounts {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})([smhd])");

  private Amounts() {}

  /** {@code 512 B}, {@code 3.4 MiB}. */
  public static String bytes(long count) {
    double amount = count;
    int unit = 0;
    while (amount >= 1024) {
      amount /= 1024;
      unit++;
    }
    return unit == 0
        ? count + " B"
        : String.format(Locale.ROOT, "%.1f %s", amount, BYTE_UNITS[unit]);
  }

  /** {@code 4s ago}, {@code 2m 5s ago}, {@code 3h 7m ago}. */
  public static String age(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 60) {
      return seconds + "s ago";
    }
    return seconds < 3600
        ? seconds / 60 + "m " + seconds % 60 + "s ago"
        : seconds / 3600 + "h " + seconds % 3600 / 60 + "m ago";
  }

  /**
   * {@code 90s}, {@code 30m}, {@code 1h} or {@code 7d}.
   *
   * @throws IllegalArgumentException for another text
   */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no time such as 90s, 30m, 1h or 7d");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** {@code 0.42 ms}. */
  public static String milliseconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / 1e6);
  }
}
