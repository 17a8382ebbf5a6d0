package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LoadMeterTest {
  private final LoadMeter meter = new LoadMeter();

  @Test
  void seesNoLoadInAFewMessages() {
    for (int i = 0; i < 1000; i++) {
      long now = i * (LoadMeter.WINDOW_NANOS / LoadMeter.THRESHOLD + 1);
      meter.countVain(now);
      assertFalse(meter.isUnderLoad(now));
    }
  }

  @Test
  void seesLoadInManyAndRemembersItForASecond() {
    for (int i = 0; i < LoadMeter.THRESHOLD; i++) {
      meter.countVain(1);
      assertFalse(meter.isUnderLoad(1));
    }
    meter.countVain(1);
    assertTrue(meter.isUnderLoad(1));
    assertTrue(meter.isUnderLoad(LoadMeter.MEMORY_NANOS));
    assertFalse(meter.isUnderLoad(LoadMeter.MEMORY_NANOS + 1));
  }
}
