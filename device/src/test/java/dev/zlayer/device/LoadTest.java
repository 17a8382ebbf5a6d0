package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LoadTest {
  private final Load load = new Load();

  private void turns(int count, int packets) {
    for (int i = 0; i < count; i++) {
      load.turn(packets);
    }
  }

  @Test
  void isLightToBeginWith() {
    assertTrue(load.isLight());
    assertFalse(load.isHeavy());
  }

  @Test
  void isJudgedByWholeWindows() {
    turns(Load.TURNS - 1, 64);
    assertTrue(load.isLight());
    turns(1, 64);
    assertTrue(load.isHeavy());
    turns(Load.TURNS - 1, 0);
    assertTrue(load.isHeavy());
    turns(1, 0);
    assertTrue(load.isLight());
  }

  @Test
  void isNeitherBetweenTheBounds() {
    turns(Load.TURNS, 5);
    assertFalse(load.isHeavy());
    assertFalse(load.isLight());
  }
}
