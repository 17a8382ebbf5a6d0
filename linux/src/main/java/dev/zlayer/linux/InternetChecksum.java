package dev.zlayer.linux;

import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The checksum of IP, ICMP, TCP and UDP: RFC 1071.
 *
 * <p>A sum is kept as the RFC's section 2 (B) allows: of the words in swapped order, several at
 * once, and with the carries left over for the end. Sums add up; {@link #fold} and {@link #finish}
 * bring them into form.
 */
final class InternetChecksum {
  private static final long LOW = 0xffff_ffffL;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** From this length on vector code pays for its start. */
  private static final int VECTOR_BYTES = 256;

  private InternetChecksum() {}

  /** The checksum of {@code bytes}, 0 to 65535; an odd last byte counts as if a 0 followed. */
  static int of(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += i % 2 == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) ~sum & 0xffff;
  }

  /** The sum of {@code bytes} bytes of {@code packet} from {@code offset} on. */
  static long sum(PacketBuffer packet, int offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, packet.length());
    long next = packet.address() + offset;
    long end = next + bytes;
    long sum = 0;
    if (bytes >= VECTOR_BYTES) {
      int whole = bytes & -Long.BYTES;
      int start = packet.headroom() + offset;
      sum = sumLongs(packet.memory(), start, start + whole);
      next += whole;
    }
    for (; end - next >= 32; next += 32) {
      long first = RawMemory.getLongLittleEndian(next);
      long second = RawMemory.getLongLittleEndian(next + 8);
      long third = RawMemory.getLongLittleEndian(next + 16);
      long fourth = RawMemory.getLongLittleEndian(next + 24);
      sum += (first & LOW) + (first >>> 32) + (second & LOW) + (second >>> 32);
      sum += (third & LOW) + (third >>> 32) + (fourth & LOW) + (fourth >>> 32);
    }
    for (; end - next >= 4; next += 4) {
      sum += RawMemory.getIntLittleEndian(next) & LOW;
    }
    for (int shift = 0; next < end; next++, shift += 8) {
      sum += (long) RawMemory.getUnsignedByte(next) << shift;
    }
    return sum;
  }

  /**
   * The sum from {@code start} to {@code end}, a multiple of 8 bytes. The JIT makes vector code of
   * a loop like this, over a segment with bounds and counted in an {@code int}, whatever lengths it
   * has seen summed before; of the one above it doesn't.
   */
  private static long sumLongs(MemorySegment memory, int start, int end) {
    long sum = 0;
    for (int i = start; i < end; i += Long.BYTES) {
      long pair = memory.get(LONG, i);
      sum += (pair & LOW) + (pair >>> 32);
    }
    return sum;
  }

  /** The sum of one word, 0 to 65535. */
  static long word(int value) {
    return (long) (Integer.reverseBytes(value) >>> 16);
  }

  /** The sum, which isn't negative, as a word, 0 to 65535: what an unfinished checksum holds. */
  static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return Integer.reverseBytes((int) folded) >>> 16;
  }

  /** The checksum that a sum comes to, 0 to 65535; over bytes with a right checksum it is 0. */
  static int finish(long sum) {
    return ~fold(sum) & 0xffff;
  }
}
