package dev.zlayer.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Time that moves only when a test says so: a monotonic clock in nanoseconds and, in step with it,
 * a wall clock. Not thread safe.
 */
public final class VirtualClock implements InstantSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant instant;
  private long nanos;

  /** A clock that reads 0 ns at the start of the year 2026 (UTC). */
  public VirtualClock() {
    this(START, 0);
  }

  /**
   * A clock that starts at {@code nanos}, which like {@link System#nanoTime()} may be any number: a
   * test near {@link Long#MAX_VALUE} shows that deadlines are subtracted, not compared.
   */
  public VirtualClock(Instant instant, long nanos) {
    this.instant = instant;
    this.nanos = nanos;
  }

  /** The monotonic time in nanoseconds, the twin of {@link System#nanoTime()}. */
  public long nanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return instant;
  }

  /**
   * Moves both clocks forward.
   *
   * @throws IllegalArgumentException when {@code step} is negative
   */
  public void advance(Duration step) {
    if (step.isNegative()) {
      throw new IllegalArgumentException("time does not run backwards: " + step);
    }
    instant = instant.plus(step);
    nanos += step.toNanos();
  }

  /** Moves both clocks forward to the monotonic time {@code target}; stays where it has passed. */
  public void advanceTo(long target) {
    advance(Duration.ofNanos(Math.max(0, target - nanos)));
  }

  /** Sets the wall clock alone, as an operator or NTP does. */
  public void setInstant(Instant instant) {
    this.instant = instant;
  }
}
