package dev.zlayer.wireguard;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/**
 * A TAI64N timestamp (section 5.1): 8 bytes of seconds since 1970 TAI plus 2^62, 4 bytes of
 * nanoseconds, both big-endian, so that later is greater byte for byte.
 *
 * <p>Ours are whitened to 2^24 ns, so that they tell nobody the exact time of our clock.
 */
final class Tai64n implements Comparable<Tai64n> {
  static final int BYTES = 12;

  /** Before every timestamp that a peer can send. */
  static final Tai64n EARLIEST = new Tai64n(new byte[BYTES]);

  private static final long BASE = (1L << 62) + 10;
  private static final int WHITENED_NANOS = 1 << 24;

  private final byte[] bytes;

  private Tai64n(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The timestamp of {@code time}, whitened. */
  static Tai64n of(Instant time) {
    return new Tai64n(
        ByteBuffer.allocate(BYTES)
            .putLong(BASE + time.getEpochSecond())
            .putInt(time.getNano() & -WHITENED_NANOS)
            .array());
  }

  /** A timestamp as a peer sent it; every 12 bytes are one. */
  static Tai64n ofBytes(byte[] bytes) {
    return new Tai64n(bytes.clone());
  }

  /** The next timestamp that differs: for a clock that stood still or went back. */
  Tai64n next() {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Instant time = Instant.ofEpochSecond(buffer.getLong(0) - BASE, buffer.getInt(8));
    return of(time.plusNanos(WHITENED_NANOS));
  }

  byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(Tai64n other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tai64n that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
