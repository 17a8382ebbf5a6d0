package dev.zlayer.testkit;

import java.util.Arrays;

/**
 * The bytes of a fuzzer as a script: numbers and byte strings, one after another. Behind the last
 * byte everything is zero, so that a script may end anywhere.
 */
public final class FuzzInput {
  private final byte[] data;
  private int position;

  public FuzzInput(byte[] data) {
    this.data = data;
  }

  /** Whether all bytes were taken. */
  public boolean isEmpty() {
    return position >= data.length;
  }

  /**
   * The next number from 0 up to {@code bound}, exclusive, of one byte, or two if it needs them.
   */
  public int below(int bound) {
    int value = bound <= 256 ? next() : next() << 8 | next();
    return value % bound;
  }

  /** The next {@code bytes} bytes. */
  public byte[] bytes(int bytes) {
    int from = Math.min(position, data.length);
    position += bytes;
    return Arrays.copyOf(Arrays.copyOfRange(data, from, Math.min(position, data.length)), bytes);
  }

  /** A string of up to {@code maxBytes} bytes, which stands behind its length. */
  public byte[] string(int maxBytes) {
    return bytes(below(maxBytes + 1));
  }

  private int next() {
    return position < data.length ? data[position++] & 0xff : 0;
  }
}
