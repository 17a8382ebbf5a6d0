package dev.zlayer.overlay.dashboard;

/** The last values of something, a step apart; NaN where it isn't known. Not thread safe. */
final class Series {
  private final float[] ring;
  private int next;
  private int length;

  /**
   * @param capacity how many values are kept, at least 1
   */
  Series(int capacity) {
    ring = new float[capacity];
  }

  void add(double value) {
    ring[next] = (float) value;
    next = (next + 1) % ring.length;
    length = Math.min(length + 1, ring.length);
  }

  /** Adds so many that aren't known. */
  void skip(int values) {
    for (int i = 0; i < values; i++) {
      add(Double.NaN);
    }
  }

  /** The last one; NaN where there is none. */
  float last() {
    return length == 0 ? Float.NaN : ring[(next + ring.length - 1) % ring.length];
  }

  /** All that are kept, the oldest first. */
  float[] values() {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = ring[(next + ring.length - length + i) % ring.length];
    }
    return values;
  }
}
