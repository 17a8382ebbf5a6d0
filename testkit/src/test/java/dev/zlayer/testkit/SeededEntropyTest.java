package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeededEntropyTest {

  @Test
  void repeatsWhatASeedDrew() {
    assertArrayEquals(SeededEntropy.of(7).bytes(64), SeededEntropy.of(7).bytes(64));
  }

  @Test
  void differsBetweenSeedsAndBetweenDraws() {
    SeededEntropy entropy = SeededEntropy.of(7);
    byte[] first = entropy.bytes(32);
    assertFalse(Arrays.equals(first, entropy.bytes(32)));
    assertFalse(Arrays.equals(first, SeededEntropy.of(8).bytes(32)));
  }

  @Test
  void replaysTheSeedOfTheProperty() {
    System.setProperty("zlayer.seed", "42");
    try {
      assertEquals(42, SeededEntropy.fresh().seed());
    } finally {
      System.clearProperty("zlayer.seed");
    }
  }

  @Test
  void tellsTheSeedOfAFailedTest() {
    AssertionError failure = new AssertionError("as expected");
    AssertionError thrown =
        assertThrows(
            AssertionError.class,
            () -> SeededEntropy.of(7).handleTestExecutionException(null, failure));
    assertSame(failure, thrown);
    assertEquals("replay with -Dzlayer.seed=7", failure.getSuppressed()[0].getMessage());
  }
}
