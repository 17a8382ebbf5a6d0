package dev.zlayer.memory;

import java.lang.foreign.Arena;
import java.util.Objects;

/**
 * A fixed number of packet buffers, of which the first {@link #size()} hold packets.
 *
 * <p>Packets move between batches by swapping buffers, never by copying bytes: both batches keep
 * their number of buffers, and each buffer has one owner at any time. Not thread safe: a batch
 * belongs to the thread that works with it.
 */
public final class PacketBatch {
  private final PacketBuffer[] buffers;
  private final int headroom;
  private int size;

  private PacketBatch(PacketBuffer[] buffers, int headroom) {
    this.buffers = buffers;
    this.headroom = headroom;
  }

  /**
   * Allocates an empty batch that lives as long as {@code arena}. Batches that exchange packets
   * need the same {@code capacity} and {@code headroom}. Of large buffers only what packets have
   * touched takes room in the machine's memory.
   *
   * @param packets how many packets it holds at most, at least 1
   * @param capacity bytes of each buffer, headroom and tailroom included
   * @param headroom free bytes before a packet that {@link #add()} hands out
   */
  public static PacketBatch allocate(Arena arena, int packets, int capacity, int headroom) {
    Objects.checkFromToIndex(headroom, capacity, capacity);
    PacketBuffer[] buffers = new PacketBuffer[packets];
    long base = PageMemory.allocate(arena, (long) packets * capacity);
    for (int i = 0; i < packets; i++) {
      buffers[i] = PacketBuffer.at(base + (long) i * capacity, arena, capacity);
    }
    return new PacketBatch(buffers, headroom);
  }

  /** Bytes of each buffer, headroom and tailroom included. */
  public int bufferBytes() {
    return buffers[0].capacity();
  }

  /** Free bytes before a packet that {@link #add()} hands out. */
  public int headroom() {
    return headroom;
  }

  /** Packets in the batch. */
  public int size() {
    return size;
  }

  /** Packets the batch can hold. */
  public int capacity() {
    return buffers.length;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public boolean isFull() {
    return size == buffers.length;
  }

  /** The packet at {@code index}, below {@link #size()}; it still belongs to this batch. */
  public PacketBuffer get(int index) {
    Objects.checkIndex(index, size);
    return buffers[index];
  }

  /**
   * Takes the next free buffer into the batch, emptied and with the batch's headroom.
   *
   * @throws IndexOutOfBoundsException when the batch is full
   */
  public PacketBuffer add() {
    PacketBuffer buffer = buffers[Objects.checkIndex(size, buffers.length)];
    buffer.clear(headroom);
    size++;
    return buffer;
  }

  /** Gives back the packet that {@link #add()} handed out last. */
  public void removeLast() {
    Objects.checkIndex(size - 1, buffers.length);
    size--;
  }

  /**
   * Moves the packet at {@code index} of {@code source} to this batch's end. In exchange the source
   * gets a free buffer in its place, whose content is undefined: it is on the caller to clear the
   * source once all of its packets are dealt with.
   *
   * @throws IndexOutOfBoundsException when this batch is full
   */
  public void move(PacketBatch source, int index) {
    Objects.checkIndex(index, source.size);
    Objects.checkIndex(size, buffers.length);
    PacketBuffer free = buffers[size];
    buffers[size++] = source.buffers[index];
    source.buffers[index] = free;
  }

  /**
   * Brings the packet at {@code index} of {@code source} to this batch's end: as {@link #move} does
   * where the buffers of both batches are of one size, else as a copy, if it fits.
   *
   * @return false if the packet doesn't fit one of this batch's buffers; nothing is changed then
   * @throws IndexOutOfBoundsException when this batch is full
   */
  public boolean take(PacketBatch source, int index) {
    if (source.bufferBytes() == bufferBytes()) {
      move(source, index);
      return true;
    }
    PacketBuffer packet = source.get(index);
    return takePart(packet, 0, packet.length());
  }

  /**
   * Copies {@code bytes} bytes of {@code packet} from {@code offset} on, and what is known of it,
   * to this batch's end, if they fit.
   *
   * @return false if they don't fit one of this batch's buffers; nothing is changed then
   * @throws IndexOutOfBoundsException when this batch is full, or outside of the packet
   */
  public boolean takePart(PacketBuffer packet, int offset, int bytes) {
    Objects.checkFromIndexSize(offset, bytes, packet.length());
    PacketBuffer copy = add();
    if (copy.tailroom() < bytes) {
      removeLast();
      return false;
    }
    copy.copyFrom(packet, offset, bytes);
    return true;
  }

  /** Empties the batch. */
  public void clear() {
    size = 0;
  }
}
