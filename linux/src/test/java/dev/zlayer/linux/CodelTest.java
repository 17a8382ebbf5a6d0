package dev.zlayer.linux;

import static dev.zlayer.linux.Codel.INTERVAL_NANOS;
import static dev.zlayer.linux.Codel.TARGET_NANOS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodelTest {
  private static final long MILLI = 1_000_000;
  private static final long LONG_WAIT = 4 * TARGET_NANOS;

  private final Codel codel = new Codel();
  private long now = Long.MAX_VALUE - INTERVAL_NANOS / 2;

  @Test
  void letsShortWaitsBe() {
    assertEquals(List.of(), signals(TARGET_NANOS - 1, 10_000));
  }

  @Test
  void letsABurstBe() {
    assertEquals(List.of(), signals(LONG_WAIT, 100));
    signals(TARGET_NANOS - 1, 1);
    assertEquals(List.of(), signals(LONG_WAIT, 100));
  }

  @Test
  void signalsTheMoreOftenTheLongerItLasts() {
    // 100 ms, then that over the roots of 1, 2, 3 and 4 (RFC 8289, section 5.3), in whole ones
    assertEquals(List.of(100L, 200L, 271L, 329L, 379L), signals(LONG_WAIT, 400));
  }

  @Test
  void stopsAtOnce() {
    signals(LONG_WAIT, 400);
    signals(TARGET_NANOS - 1, 1);
    assertEquals(List.of(), signals(LONG_WAIT, 100));
  }

  @Test
  void goesOnAsOftenAsBeforeSoonAfterwards() {
    signals(LONG_WAIT, 1000);
    signals(TARGET_NANOS - 1, 1);
    int again = signals(LONG_WAIT, 400).size();
    signals(TARGET_NANOS - 1, (int) (20 * INTERVAL_NANOS / MILLI));
    int later = signals(LONG_WAIT, 400).size();
    assertEquals(5, later);
    assertTrue(again > 2 * later, again + " signals");
  }

  @Test
  void sparesTheLastPacket() {
    for (int i = 0; i < 1000; i++, now += MILLI) {
      assertEquals(false, codel.signals(LONG_WAIT, true, now));
    }
  }

  /** After how many milliseconds it signals, of {@code count} packets, one a millisecond. */
  private List<Long> signals(long waitNanos, int count) {
    List<Long> signals = new ArrayList<>();
    for (long i = 0; i < count; i++, now += MILLI) {
      if (codel.signals(waitNanos, false, now)) {
        signals.add(i);
      }
    }
    return signals;
  }
}
