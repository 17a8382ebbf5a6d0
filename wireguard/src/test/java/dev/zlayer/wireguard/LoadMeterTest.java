package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadMeterTest {
  private final LoadMeter meter = new LoadMeter();

  @Test
  void seesNoLoadInAFewMessages() {
    for (int i = 0; i < 1000; i++) {
      assertFalse(meter.count(i * (LoadMeter.WINDOW_NANOS / LoadMeter.THRESHOLD + 1)));
    }
  }

  @Test
  void seesLoadInManyAndRemembersItForASecond() {
    for (int i = 0; i < LoadMeter.THRESHOLD; i++) {
      assertFalse(meter.count(1));
    }
    assertTrue(meter.count(1));
    assertTrue(meter.count(LoadMeter.MEMORY_NANOS));
    assertFalse(meter.count(LoadMeter.MEMORY_NANOS + 1));
  }
}
