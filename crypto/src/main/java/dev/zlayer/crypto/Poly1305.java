package dev.zlayer.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Poly1305 (RFC 8439, section 2.5) over whole 16-byte blocks, which is how the AEAD construction
 * feeds it. Runs in constant time for a given number of blocks.
 *
 * <p>The accumulator h stands in two limbs of 64 bits and one of a few bits. The key's half r is
 * clamped so that no partial product overflows: both of its limbs are below 2^60, and the higher
 * one is a multiple of 4, hence h1 * r1 * 2^128 = h1 * (r1 + r1 / 4) modulo 2^130 - 5.
 */
final class Poly1305 {
  static final int BLOCK_BYTES = 16;

  private static final VarHandle LONG_LE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long CLAMP_LOW = 0x0fff_fffc_0fff_ffffL;
  private static final long CLAMP_HIGH = 0x0fff_fffc_0fff_fffcL;

  private final byte[] lastBlock = new byte[BLOCK_BYTES];

  private long r0;
  private long r1;
  private long s0;
  private long s1;
  private long h0;
  private long h1;
  private long h2;

  /** Starts a message under the one-time key in the 32 bytes of {@code key} from {@code offset}. */
  void start(byte[] key, int offset) {
    r0 = (long) LONG_LE.get(key, offset) & CLAMP_LOW;
    r1 = (long) LONG_LE.get(key, offset + 8) & CLAMP_HIGH;
    s0 = (long) LONG_LE.get(key, offset + 16);
    s1 = (long) LONG_LE.get(key, offset + 24);
    h0 = 0;
    h1 = 0;
    h2 = 0;
  }

  /** Takes {@code length} bytes in, filled up with zeros to whole blocks. */
  void update(byte[] bytes, int offset, int length) {
    int whole = length - length % BLOCK_BYTES;
    blocks(bytes, offset, whole);
    if (whole < length) {
      Arrays.fill(lastBlock, (byte) 0);
      System.arraycopy(bytes, offset + whole, lastBlock, 0, length - whole);
      blocks(lastBlock, 0, BLOCK_BYTES);
    }
  }

  /** Takes in the block that consists of two little-endian numbers. */
  void update(long low, long high) {
    LONG_LE.set(lastBlock, 0, low);
    LONG_LE.set(lastBlock, 8, high);
    blocks(lastBlock, 0, BLOCK_BYTES);
  }

  /** Ends the message; {@link #tagLow} and {@link #tagHigh} then hold the tag. */
  void finish() {
    // h is below 2 * (2^130 - 5): subtract the prime once if that doesn't go below zero, which
    // shows in the carry of h + 5 out of 130 bits.
    long g0 = h0 + 5;
    long carry = carry(h0, 5, g0);
    long g1 = h1 + carry;
    long g2 = h2 + carry(h1, carry, g1);
    long useG = -(g2 >>> 2);
    h0 = (h0 & ~useG) | (g0 & useG);
    h1 = (h1 & ~useG) | (g1 & useG);
    long low = h0 + s0;
    h1 += s1 + carry(h0, s0, low);
    h0 = low;
  }

  /** The tag's first 8 bytes, little endian. */
  long tagLow() {
    return h0;
  }

  /** The tag's last 8 bytes, little endian. */
  long tagHigh() {
    return h1;
  }

  /** Forgets key and message. */
  void erase() {
    start(new byte[2 * BLOCK_BYTES], 0);
    Arrays.fill(lastBlock, (byte) 0);
  }

  private void blocks(byte[] bytes, int offset, int length) {
    long a0 = h0;
    long a1 = h1;
    long a2 = h2;
    long r1Folded = r1 + (r1 >>> 2);
    for (int at = offset; at < offset + length; at += BLOCK_BYTES) {
      // h += block + 2^128
      long m0 = (long) LONG_LE.get(bytes, at);
      long m1 = (long) LONG_LE.get(bytes, at + 8);
      long sum0 = a0 + m0;
      long carry0 = carry(a0, m0, sum0);
      long sum1 = a1 + m1;
      long carry1 = carry(a1, m1, sum1);
      a0 = sum0;
      a1 = sum1 + carry0;
      a2 += 1 + carry1 + carry(sum1, carry0, a1);

      // d = h * r, of which d0 and d1 are 128 bits wide
      long x = a0 * r0;
      long y = a1 * r1Folded;
      long d0 = x + y;
      long d0High =
          Math.unsignedMultiplyHigh(a0, r0)
              + Math.unsignedMultiplyHigh(a1, r1Folded)
              + carry(x, y, d0);
      x = a0 * r1;
      y = a1 * r0;
      long z = a2 * r1Folded;
      long xy = x + y;
      long d1 = xy + z;
      long d1High =
          Math.unsignedMultiplyHigh(a0, r1)
              + Math.unsignedMultiplyHigh(a1, r0)
              + carry(x, y, xy)
              + carry(xy, z, d1);
      long d2 = a2 * r0;

      // h = d modulo 2^130 - 5, not wholly reduced: what is above bit 130 comes back times 5
      a1 = d1 + d0High;
      a2 = d2 + d1High + carry(d1, d0High, a1);
      long above = (a2 >>> 2) + (a2 & ~3L);
      a2 &= 3;
      a0 = d0 + above;
      long carry = carry(d0, above, a0);
      long before = a1;
      a1 += carry;
      a2 += carry(before, carry, a1);
    }
    h0 = a0;
    h1 = a1;
    h2 = a2;
  }

  /** What {@code sum = a + b} carries out of its 64 bits, without a branch on secret values. */
  private static long carry(long a, long b, long sum) {
    return ((a & b) | ((a | b) & ~sum)) >>> 63;
  }
}
