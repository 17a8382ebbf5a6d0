package dev.zlayer.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes native memory by raw address, in the machine's byte order unless a name says
 * otherwise.
 *
 * <p>Nothing is checked here: an address outside of memory that the caller owns crashes the JVM.
 * Packet code goes through {@link PacketBuffer}, which checks; system calls and ciphers, which take
 * addresses as plain {@code long}, come here. One segment over all of memory costs neither an
 * allocation nor a liveness check per access.
 */
public final class RawMemory {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfShort SHORT_BE = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE = INT.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE = LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_LE = INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG_LE = LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RawMemory() {}

  /**
   * Allocates zeroed memory that lives as long as {@code arena}, which the caller keeps: an address
   * doesn't keep an automatic arena from being collected.
   *
   * @param bytes size, at least 1
   * @return its address, aligned to 64 bytes
   */
  public static long allocate(Arena arena, long bytes) {
    return arena.allocate(bytes, 64).address();
  }

  /** The {@code bytes} bytes at {@code address}, with bounds. */
  static MemorySegment segment(long address, long bytes) {
    return ALL.asSlice(address, bytes);
  }

  /** The byte at {@code address}, 0 to 255. */
  public static int getUnsignedByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address) & 0xff;
  }

  public static void putByte(long address, int value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, (byte) value);
  }

  /** The 16-bit value at {@code address}, 0 to 65535. */
  public static int getUnsignedShort(long address) {
    return ALL.get(SHORT, address) & 0xffff;
  }

  public static void putShort(long address, int value) {
    ALL.set(SHORT, address, (short) value);
  }

  /** The big-endian 16-bit value at {@code address}, 0 to 65535. */
  public static int getUnsignedShortBigEndian(long address) {
    return ALL.get(SHORT_BE, address) & 0xffff;
  }

  public static void putShortBigEndian(long address, int value) {
    ALL.set(SHORT_BE, address, (short) value);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static int getIntBigEndian(long address) {
    return ALL.get(INT_BE, address);
  }

  public static void putIntBigEndian(long address, int value) {
    ALL.set(INT_BE, address, value);
  }

  public static int getIntLittleEndian(long address) {
    return ALL.get(INT_LE, address);
  }

  public static void putIntLittleEndian(long address, int value) {
    ALL.set(INT_LE, address, value);
  }

  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  public static long getLongBigEndian(long address) {
    return ALL.get(LONG_BE, address);
  }

  public static void putLongBigEndian(long address, long value) {
    ALL.set(LONG_BE, address, value);
  }

  public static long getLongLittleEndian(long address) {
    return ALL.get(LONG_LE, address);
  }

  public static void putLongLittleEndian(long address, long value) {
    ALL.set(LONG_LE, address, value);
  }

  /** Copies {@code bytes} bytes between two native addresses; the ranges may overlap. */
  public static void copy(long source, long target, long bytes) {
    MemorySegment.copy(ALL, source, ALL, target, bytes);
  }

  /** Copies from the heap to native memory. */
  public static void copy(byte[] source, int offset, long target, int bytes) {
    MemorySegment.copy(source, offset, ALL, ValueLayout.JAVA_BYTE, target, bytes);
  }

  /** Copies from native memory to the heap. */
  public static void copy(long source, byte[] target, int offset, int bytes) {
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, source, target, offset, bytes);
  }

  /** Sets {@code bytes} bytes to {@code value}. */
  public static void fill(long address, long bytes, int value) {
    ALL.asSlice(address, bytes).fill((byte) value);
  }
}
