package dev.zlayer.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what takes real time to become true. */
public final class Eventually {
  private static final long PAUSE_MILLIS = 20;

  private Eventually() {}

  /**
   * Asks {@code condition} again and again until it holds.
   *
   * @param what names the condition in the failure, as in "a handshake with the leader"
   * @throws AssertionError when it does not hold within {@code limit}
   */
  public static void within(Duration limit, String what, BooleanSupplier condition) {
    within(limit, () -> what, condition);
  }

  /** As {@link #within(Duration, String, BooleanSupplier)}; {@code what} is asked on failure. */
  public static void within(Duration limit, Supplier<String> what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new AssertionError("waited " + limit + " in vain for " + what.get());
      }
      pause();
    }
  }

  static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }
}
