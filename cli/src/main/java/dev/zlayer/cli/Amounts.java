package dev.zlayer.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

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

  /** {@code 0.42 ms}. */
  public static String milliseconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f ms", time.toNanos() / 1e6);
  }
}
