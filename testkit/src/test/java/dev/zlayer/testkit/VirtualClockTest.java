package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final VirtualClock clock = new VirtualClock();

  @Test
  void standsStillUntilAdvanced() {
    assertEquals(0, clock.nanos());
    assertEquals(START, clock.instant());
  }

  @Test
  void advancesBothClocksInStep() {
    clock.advance(Duration.ofMillis(1500));
    clock.advanceTo(2_000_000_000L);
    assertEquals(2_000_000_000L, clock.nanos());
    assertEquals(START.plusSeconds(2), clock.instant());
  }

  @Test
  void staysWhereADeadlineHasPassed() {
    clock.advance(Duration.ofSeconds(5));
    clock.advanceTo(1);
    assertEquals(5_000_000_000L, clock.nanos());
  }

  @Test
  void runsAcrossTheOverflowOfNanos() {
    VirtualClock late = new VirtualClock(START, Long.MAX_VALUE);
    late.advanceTo(Long.MIN_VALUE + 9);
    assertEquals(Long.MIN_VALUE + 9, late.nanos());
    assertEquals(START.plusNanos(10), late.instant());
  }

  @Test
  void setsTheWallClockAlone() {
    clock.setInstant(START.minusSeconds(60));
    assertEquals(0, clock.nanos());
    assertEquals(START.minusSeconds(60), clock.instant());
  }

  @Test
  void refusesToRunBackwards() {
    assertThrows(IllegalArgumentException.class, () -> clock.advance(Duration.ofNanos(-1)));
  }
}
