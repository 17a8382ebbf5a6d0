package dev.zlayer.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * One packet in off-heap memory, with room before and after it, so that headers and tags are added
 * in place.
 *
 * <pre>
 *   |-- headroom --|-- packet: address(), length() --|-- tailroom --|
 * </pre>
 *
 * <p>A buffer has one owner at a time and no lock: whoever holds it in his batch may touch it, and
 * nobody else. Every access is checked against the packet's bounds; a violation is a bug in our
 * code and throws {@link IndexOutOfBoundsException}.
 */
public final class PacketBuffer {
  private final long base;
  private final MemorySegment memory;
  private final int capacity;

  /** Kept reachable: the memory of an automatic arena goes when nobody has the arena any more. */
  @SuppressWarnings("unused")
  private final Arena arena;

  private int start;
  private int end;
  private Endpoint endpoint;
  private LocalAddress localAddress = LocalAddress.ANY;
  private int ecn;

  private PacketBuffer(Arena arena, long base, int capacity) {
    this.arena = arena;
    this.base = base;
    this.memory = RawMemory.segment(base, capacity);
    this.capacity = capacity;
  }

  /** A buffer over memory of {@code arena}. */
  static PacketBuffer at(long base, Arena arena, int capacity) {
    return new PacketBuffer(arena, base, capacity);
  }

  /**
   * Allocates an empty buffer that lives as long as {@code arena}.
   *
   * @param capacity bytes for headroom, packet and tailroom together, at least 1
   */
  public static PacketBuffer allocate(Arena arena, int capacity) {
    return new PacketBuffer(arena, RawMemory.allocate(arena, capacity), capacity);
  }

  /** Bytes for headroom, packet and tailroom together. */
  public int capacity() {
    return capacity;
  }

  /** The native address of the packet's first byte. */
  public long address() {
    return base + start;
  }

  /**
   * The whole buffer, in which the packet begins after {@link #headroom()} bytes: for a loop over
   * the packet that the JIT is to vectorise. It isn't checked against the packet's end.
   */
  public MemorySegment memory() {
    return memory;
  }

  /** The packet's bytes. */
  public int length() {
    return end - start;
  }

  /** Free bytes before the packet. */
  public int headroom() {
    return start;
  }

  /** Free bytes after the packet. */
  public int tailroom() {
    return capacity - end;
  }

  /**
   * Makes sure of room for who works beyond the packet's bounds by {@link #address}.
   *
   * @throws IndexOutOfBoundsException if less than {@code before} bytes are free before the packet,
   *     or less than {@code after} after it
   */
  public void requireRoom(int before, int after) {
    Objects.checkFromToIndex(start - before, end + after, capacity);
  }

  /** Empties the buffer and leaves {@code headroom} free bytes at its start. */
  public void clear(int headroom) {
    Objects.checkFromToIndex(headroom, capacity, capacity);
    start = headroom;
    end = headroom;
    localAddress = LocalAddress.ANY;
    ecn = 0;
  }

  /** Moves the packet's start by {@code bytes} towards the front: the headroom shrinks. */
  public void growFront(int bytes) {
    Objects.checkFromToIndex(start - bytes, start, capacity);
    start -= bytes;
  }

  /** Takes {@code bytes} off the packet's front: the headroom grows. */
  public void trimFront(int bytes) {
    Objects.checkFromToIndex(start + bytes, end, capacity);
    start += bytes;
  }

  /** Sets the packet's length by moving its end; new bytes hold whatever stood there. */
  public void length(int bytes) {
    Objects.checkFromIndexSize(start, bytes, capacity);
    end = start + bytes;
  }

  /** Who sent this packet, or whom it goes to; for datagrams only. */
  public Endpoint endpoint() {
    if (endpoint == null) {
      throw new IllegalStateException("this packet has no endpoint: it is not a datagram");
    }
    return endpoint;
  }

  public void endpoint(Endpoint value) {
    endpoint = Objects.requireNonNull(value);
  }

  /** Which of our addresses this datagram came to, or is to leave from. */
  public LocalAddress localAddress() {
    return localAddress;
  }

  public void localAddress(LocalAddress value) {
    localAddress = value;
  }

  /** The datagram's congestion mark: the two ECN bits of its IP header (RFC 3168). */
  public int ecn() {
    return ecn;
  }

  public void ecn(int value) {
    ecn = value;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int getUnsignedByte(int index) {
    return RawMemory.getUnsignedByte(at(index, 1));
  }

  public void putByte(int index, int value) {
    RawMemory.putByte(at(index, 1), value);
  }

  public int getUnsignedShortBigEndian(int index) {
    return RawMemory.getUnsignedShortBigEndian(at(index, 2));
  }

  public void putShortBigEndian(int index, int value) {
    RawMemory.putShortBigEndian(at(index, 2), value);
  }

  public int getIntBigEndian(int index) {
    return RawMemory.getIntBigEndian(at(index, 4));
  }

  public void putIntBigEndian(int index, int value) {
    RawMemory.putIntBigEndian(at(index, 4), value);
  }

  public long getLongBigEndian(int index) {
    return RawMemory.getLongBigEndian(at(index, 8));
  }

  public int getIntLittleEndian(int index) {
    return RawMemory.getIntLittleEndian(at(index, 4));
  }

  public void putIntLittleEndian(int index, int value) {
    RawMemory.putIntLittleEndian(at(index, 4), value);
  }

  public long getLongLittleEndian(int index) {
    return RawMemory.getLongLittleEndian(at(index, 8));
  }

  public void putLongLittleEndian(int index, long value) {
    RawMemory.putLongLittleEndian(at(index, 8), value);
  }

  /** Sets {@code bytes} bytes from {@code index} on to zero. */
  public void zero(int index, int bytes) {
    if (bytes > 0) {
      RawMemory.fill(at(index, bytes), bytes, 0);
    }
  }

  /** Replaces the packet by {@code source}; headroom stays, tailroom takes what is needed. */
  public void copyFrom(byte[] source) {
    length(source.length);
    RawMemory.copy(source, 0, address(), source.length);
  }

  /** Replaces the packet and what is known of it by those of {@code source}; headroom stays. */
  public void copyFrom(PacketBuffer source) {
    copyFrom(source, 0, source.length());
  }

  /** As {@link #copyFrom(PacketBuffer)}, of {@code bytes} bytes from {@code offset} on. */
  public void copyFrom(PacketBuffer source, int offset, int bytes) {
    long from = source.at(offset, bytes);
    length(bytes);
    RawMemory.copy(from, address(), bytes);
    endpoint = source.endpoint;
    localAddress = source.localAddress;
    ecn = source.ecn;
  }

  /** Copies {@code bytes} bytes of {@code source} from {@code offset} on to {@code index}. */
  public void copy(PacketBuffer source, int offset, int index, int bytes) {
    RawMemory.copy(source.at(offset, bytes), at(index, bytes), bytes);
  }

  /** A copy of the packet's bytes. */
  public byte[] toByteArray() {
    byte[] copy = new byte[length()];
    RawMemory.copy(address(), copy, 0, copy.length);
    return copy;
  }

  private long at(int index, int bytes) {
    Objects.checkFromIndexSize(index, bytes, end - start);
    return base + start + index;
  }
}
