package dev.zlayer.linux;

import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.Objects;

/**
 * Native {@code mmsghdr} structures for {@code sendmmsg} and {@code recvmmsg}, each with a socket
 * address, its {@link ControlData} and the buffers that it is gathered from or received into. There
 * are as many buffers as messages: one message has one, or neighbours share them out otherwise. Not
 * thread safe. The memory lives as long as this object, so a caller fences it around the system
 * call.
 */
final class MessageArray {
  // struct mmsghdr: pointer name @0, u32 namelen @8, pointer iov @16, u64 iovlen @24,
  // pointer control @32, u64 controllen @40, int flags @48, u32 length @56
  private static final int HEADER_BYTES = 64;
  private static final int NAME = 0;
  private static final int NAME_BYTES = 8;
  private static final int VECTOR = 16;
  private static final int VECTOR_COUNT = 24;
  private static final int CONTROL = 32;
  private static final int CONTROL_BYTES = 40;
  private static final int FLAGS = 48;
  private static final int LENGTH = 56;

  private static final int ADDRESS_BYTES = 32;

  private final Arena arena = Arena.ofAuto();
  private final int capacity;
  private final long headers;
  private final VectorArray vectors;
  private final long addresses;
  private final long controls;

  MessageArray(int capacity) {
    this.capacity = capacity;
    headers = RawMemory.allocate(arena, (long) capacity * HEADER_BYTES);
    vectors = new VectorArray(capacity);
    addresses = RawMemory.allocate(arena, (long) capacity * ADDRESS_BYTES);
    controls = RawMemory.allocate(arena, (long) capacity * ControlData.BYTES);
    for (int i = 0; i < capacity; i++) {
      RawMemory.putLong(header(i) + NAME, address(i));
      RawMemory.putLong(header(i) + CONTROL, control(i));
    }
  }

  int capacity() {
    return capacity;
  }

  /** Where the structures from {@code index} on stand. */
  long header(int index) {
    return headers + (long) Objects.checkIndex(index, capacity) * HEADER_BYTES;
  }

  /** Where the socket address of message {@code index} stands. */
  long address(int index) {
    return addresses + (long) Objects.checkIndex(index, capacity) * ADDRESS_BYTES;
  }

  /** Lets message {@code index} be received into the free room of {@code packet}. */
  void receiveInto(int index, PacketBuffer packet) {
    long header = header(index);
    RawMemory.putInt(header + NAME_BYTES, InetSockaddr.BYTES);
    RawMemory.putLong(header + CONTROL_BYTES, ControlData.BYTES);
    RawMemory.putInt(header + FLAGS, 0);
    vectors.put(index, packet.address(), packet.tailroom());
    gather(index, index, 1);
  }

  /** Lets message {@code index} go where {@code packet} goes, with what it is to have beside it. */
  void addressAs(int index, PacketBuffer packet, int family) {
    int addressBytes = InetSockaddr.put(address(index), family, packet.endpoint());
    RawMemory.putInt(header(index) + NAME_BYTES, addressBytes);
    int controlBytes = ControlData.put(control(index), family, packet);
    RawMemory.putLong(header(index) + CONTROL_BYTES, controlBytes);
  }

  /** Lets buffer {@code buffer} be the bytes of {@code packet}. */
  void put(int buffer, PacketBuffer packet) {
    vectors.put(buffer, packet.address(), packet.length());
  }

  /** Lets message {@code index} have {@code count} buffers from {@code firstBuffer} on. */
  void gather(int index, int firstBuffer, int count) {
    RawMemory.putLong(header(index) + VECTOR, vectors.address(firstBuffer, count));
    RawMemory.putLong(header(index) + VECTOR_COUNT, count);
  }

  /** Has the kernel cut message {@code index} into datagrams of {@code segmentBytes}. */
  void segment(int index, int segmentBytes) {
    long controlBytes = header(index) + CONTROL_BYTES;
    int bytes =
        ControlData.addSegmentBytes(control(index), RawMemory.getInt(controlBytes), segmentBytes);
    RawMemory.putLong(controlBytes, bytes);
  }

  /**
   * Leaves it to the kernel from which address message {@code index}, which isn't to be cut and was
   * addressed as {@code packet}, is sent; returns whether that is news.
   */
  boolean dropLocalAddress(int index, PacketBuffer packet) {
    long controlBytes = header(index) + CONTROL_BYTES;
    int markBytes = ControlData.putMark(control(index), packet);
    boolean had = RawMemory.getInt(controlBytes) > markBytes;
    RawMemory.putLong(controlBytes, markBytes);
    return had;
  }

  /**
   * Gives {@code packet} what was received with message {@code index}; returns the bytes of each
   * datagram in it, or 0 if it is but one.
   */
  int readControl(int index, PacketBuffer packet, LocalAddressCache addresses) {
    int bytes = RawMemory.getInt(header(index) + CONTROL_BYTES);
    return ControlData.read(control(index), bytes, packet, addresses);
  }

  /** Bytes of the received message {@code index}. */
  int length(int index) {
    return RawMemory.getInt(header(index) + LENGTH);
  }

  /** Whether the received message {@code index} was longer than its buffer. */
  boolean isTruncated(int index) {
    return (RawMemory.getInt(header(index) + FLAGS) & LibC.MSG_TRUNC) != 0;
  }

  private long control(int index) {
    return controls + (long) Objects.checkIndex(index, capacity) * ControlData.BYTES;
  }
}
