package dev.zlayer.simulation;

import java.util.Arrays;

/** What must hold at any time. */
final class Expect {
  private Expect() {}

  /**
   * Fails the seed unless {@code holds}.
   *
   * @param facts told after {@code otherwise}
   */
  static void that(boolean holds, String otherwise, Object... facts) {
    if (!holds) {
      throw new AssertionError(otherwise + ": " + Arrays.toString(facts));
    }
  }
}
