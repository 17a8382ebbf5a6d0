package dev.zlayer.wireguard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The earliest time at which some timer is due. Packet threads pull it forward without a lock; it
 * may ring too early, never too late.
 */
final class Alarm {
  /** Later than every time there is: a timer that isn't set. */
  static final long NEVER = Long.MAX_VALUE;

  private final AtomicLong dueNanos = new AtomicLong(NEVER);

  long dueNanos() {
    return dueNanos.get();
  }

  void pullForward(long atNanos) {
    if (atNanos < dueNanos.get()) {
      dueNanos.accumulateAndGet(atNanos, Math::min);
    }
  }

  /** Forgets what was set; whoever calls it then looks at every timer and pulls forward again. */
  void reset() {
    dueNanos.set(NEVER);
  }
}
