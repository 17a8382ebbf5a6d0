package dev.zlayer.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What happened, as a number that two runs of one seed have in common, and in words if somebody
 * wants to read them.
 */
final class Trace {
  private static final long FNV_START = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final boolean told;
  private long hash = FNV_START;

  /**
   * @param told whether events are printed as they happen
   */
  Trace(boolean told) {
    this.told = told;
  }

  /** A datagram was delivered, or something else that a line each would be too much for. */
  void quiet(long nanos, long what) {
    mix(nanos);
    mix(what);
  }

  void event(long nanos, String who, String what) {
    mix(nanos);
    for (byte b : (who + what).getBytes(StandardCharsets.UTF_8)) {
      mix(b);
    }
    if (told) {
      Duration time = Duration.ofNanos(nanos - World.START_NANOS);
      System.out.printf("%9.3f  %-8s %s%n", time.toMillis() / 1000.0, who, what);
    }
  }

  long hash() {
    return hash;
  }

  private void mix(long value) {
    hash = (hash ^ value) * FNV_PRIME;
    hash ^= hash >>> 29;
  }
}
