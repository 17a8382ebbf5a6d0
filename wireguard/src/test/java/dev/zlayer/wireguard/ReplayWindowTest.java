package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  @Test
  void acceptsEachCounterOnce() {
    assertTrue(window.accept(0));
    assertFalse(window.accept(0));
    assertTrue(window.accept(1));
    assertTrue(window.accept(9));
    assertTrue(window.accept(8));
    assertFalse(window.accept(9));
    assertFalse(window.accept(8));
    assertTrue(window.accept(7));
    assertFalse(window.accept(7));
  }

  @Test
  void remembersTheWholeSpanAndNoMore() {
    assertTrue(window.accept(ReplayWindow.SPAN + 1));
    assertTrue(window.accept(1));
    assertFalse(window.accept(1));
    assertFalse(window.accept(0));
  }

  @Test
  void refusesWhatIsBehindAfterAJump() {
    assertTrue(window.accept(5));
    assertTrue(window.accept(1L << 40));
    assertFalse(window.accept(5));
    assertTrue(window.accept((1L << 40) - ReplayWindow.SPAN));
    assertFalse(window.accept((1L << 40) - ReplayWindow.SPAN - 1));
  }

  @Test
  void refusesCountersBeyondTheLimit() {
    assertFalse(window.accept(Protocol.REJECT_AFTER_MESSAGES));
    assertFalse(window.accept(-1));
    assertTrue(window.accept(Protocol.REJECT_AFTER_MESSAGES - 1));
    assertFalse(window.accept(Protocol.REJECT_AFTER_MESSAGES - 1));
    assertTrue(window.accept(Protocol.REJECT_AFTER_MESSAGES - 2));
    assertFalse(window.accept(3));
  }

  @Test
  void agreesWithASetOnRandomCounters() {
    long seed = 20261123;
    Random random = new Random(seed);
    Set<Long> seen = new HashSet<>();
    long greatest = -1;
    for (int i = 0; i < 200_000; i++) {
      long jump = random.nextInt(100) == 0 ? random.nextInt(20_000) : random.nextInt(64);
      long counter = Math.max(0, greatest + random.nextInt(3) - (random.nextBoolean() ? jump : 0));
      counter += random.nextInt(1000) == 0 ? jump : 0;
      boolean expected = counter >= greatest - ReplayWindow.SPAN && seen.add(counter);
      assertEquals(expected, window.accept(counter), "seed " + seed + ", step " + i);
      greatest = Math.max(greatest, counter);
    }
  }
}
