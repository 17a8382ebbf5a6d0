package dev.zlayer.linux;

/**
 * Decides which packets of a queue tell their sender to slow down: one now and then for as long as
 * every packet has waited too long, and the more often the longer that lasts. CoDel (RFC 8289,
 * section 5), asked once a packet. Pure; not thread safe.
 */
final class Codel {
  /** A wait that is fine even if it stays. */
  static final long TARGET_NANOS = 5_000_000;

  /** How long waits have to be too long: what a sender far away needs to slow down. */
  static final long INTERVAL_NANOS = 100_000_000;

  private boolean isLate;
  private long lateUntilNanos;
  private boolean isSignalling;
  private long nextSignalNanos;
  private int signals;
  private int formerSignals;

  /**
   * Looks at the packet that leaves the queue.
   *
   * @param waitNanos how long it has waited
   * @param isLast whether it leaves the queue empty
   * @param nowNanos not before the last call's
   * @return whether it is to tell its sender
   */
  boolean signals(long waitNanos, boolean isLast, long nowNanos) {
    if (!isTooLate(waitNanos, isLast, nowNanos)) {
      isSignalling = false;
      return false;
    }
    if (!isSignalling) {
      begin(nowNanos);
      return true;
    }
    if (nowNanos - nextSignalNanos < 0) {
      return false;
    }
    signals++;
    nextSignalNanos += pauseNanos();
    return true;
  }

  private boolean isTooLate(long waitNanos, boolean isLast, long nowNanos) {
    if (waitNanos < TARGET_NANOS || isLast) {
      isLate = false;
      return false;
    }
    if (!isLate) {
      isLate = true;
      lateUntilNanos = nowNanos + INTERVAL_NANOS;
    }
    return nowNanos - lateUntilNanos >= 0;
  }

  /** Goes on as often as before if it has just ended, since that is what kept the wait short. */
  private void begin(long nowNanos) {
    isSignalling = true;
    int recent = signals - formerSignals;
    boolean hasJustEnded = nowNanos - nextSignalNanos < 16 * INTERVAL_NANOS;
    signals = recent > 1 && hasJustEnded ? recent : 1;
    formerSignals = signals;
    nextSignalNanos = nowNanos + pauseNanos();
  }

  private long pauseNanos() {
    return (long) (INTERVAL_NANOS / Math.sqrt(signals));
  }
}
