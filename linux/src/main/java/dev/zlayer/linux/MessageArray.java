package dev.zlayer.linux;

import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.Objects;

/**
 * Native {@code mmsghdr} structures for {@code sendmmsg} and {@code recvmmsg}, each with one
 * buffer, one socket address and its {@link ControlData}. Not thread safe. The memory lives as long
 * as this object, so a caller fences it around the system call.
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

  // struct iovec: pointer base @0, u64 length @8
  private static final int VECTOR_BYTES = 16;
  private static final int VECTOR_LENGTH = 8;

  private static final int ADDRESS_BYTES = 32;

  private final Arena arena = Arena.ofAuto();
  private final int capacity;
  private final long headers;
  private final long vectors;
  private final long addresses;
  private final long controls;

  /** What each message to be sent was made of. */
  private final PacketBuffer[] packets;

  MessageArray(int capacity) {
    this.capacity = capacity;
    headers = RawMemory.allocate(arena, (long) capacity * HEADER_BYTES);
    vectors = RawMemory.allocate(arena, (long) capacity * VECTOR_BYTES);
    addresses = RawMemory.allocate(arena, (long) capacity * ADDRESS_BYTES);
    controls = RawMemory.allocate(arena, (long) capacity * ControlData.BYTES);
    packets = new PacketBuffer[capacity];
    for (int i = 0; i < capacity; i++) {
      RawMemory.putLong(header(i) + NAME, address(i));
      RawMemory.putLong(header(i) + CONTROL, control(i));
      RawMemory.putLong(header(i) + VECTOR, vector(i));
      RawMemory.putLong(header(i) + VECTOR_COUNT, 1);
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
    point(index, packet.address(), packet.tailroom());
  }

  /** Lets message {@code index} carry {@code packet} to its endpoint, as it is to be sent. */
  void send(int index, PacketBuffer packet, int family) {
    int addressBytes = InetSockaddr.put(address(index), family, packet.endpoint());
    RawMemory.putInt(header(index) + NAME_BYTES, addressBytes);
    int controlBytes = ControlData.put(control(index), family, packet);
    RawMemory.putLong(header(index) + CONTROL_BYTES, controlBytes);
    packets[index] = packet;
    point(index, packet.address(), packet.length());
  }

  /**
   * Leaves it to the kernel from which address message {@code first} is sent, and with it those
   * before {@code end} that go the same way; returns whether that is news.
   */
  boolean dropLocalAddress(int first, int end) {
    if (!dropLocalAddress(first)) {
      return false;
    }
    PacketBuffer failed = packets[first];
    for (int i = first + 1; i < end; i++) {
      PacketBuffer packet = packets[i];
      if (packet.localAddress().equals(failed.localAddress())
          && packet.endpoint().equals(failed.endpoint())) {
        dropLocalAddress(i);
      }
    }
    return true;
  }

  private boolean dropLocalAddress(int index) {
    long controlBytes = header(index) + CONTROL_BYTES;
    int markBytes = ControlData.putMark(control(index), packets[index]);
    boolean had = RawMemory.getInt(controlBytes) > markBytes;
    RawMemory.putLong(controlBytes, markBytes);
    return had;
  }

  /** Gives {@code packet} what was received with message {@code index}. */
  void readControl(int index, PacketBuffer packet, LocalAddressCache addresses) {
    int bytes = RawMemory.getInt(header(index) + CONTROL_BYTES);
    ControlData.read(control(index), bytes, packet, addresses);
  }

  /** Bytes of the received message {@code index}. */
  int length(int index) {
    return RawMemory.getInt(header(index) + LENGTH);
  }

  /** Whether the received message {@code index} was longer than its buffer. */
  boolean isTruncated(int index) {
    return (RawMemory.getInt(header(index) + FLAGS) & LibC.MSG_TRUNC) != 0;
  }

  private void point(int index, long buffer, int bytes) {
    long vector = vector(index);
    RawMemory.putLong(vector, buffer);
    RawMemory.putLong(vector + VECTOR_LENGTH, bytes);
  }

  private long control(int index) {
    return controls + (long) Objects.checkIndex(index, capacity) * ControlData.BYTES;
  }

  private long vector(int index) {
    return vectors + (long) Objects.checkIndex(index, capacity) * VECTOR_BYTES;
  }
}
