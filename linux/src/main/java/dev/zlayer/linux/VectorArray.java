package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.Objects;

/**
 * Native {@code iovec} structures: places in memory that one system call reads or writes in order.
 * Not thread safe. The memory lives as long as this object, so a caller fences it around the call.
 */
final class VectorArray {
  // struct iovec: pointer base @0, u64 length @8
  private static final int VECTOR_BYTES = 16;
  private static final int LENGTH = 8;

  private final Arena arena = Arena.ofAuto();
  private final int capacity;
  private final long vectors;

  VectorArray(int capacity) {
    this.capacity = capacity;
    vectors = RawMemory.allocate(arena, (long) capacity * VECTOR_BYTES);
  }

  int capacity() {
    return capacity;
  }

  /** Where the {@code count} structures from {@code first} on stand. */
  long address(int first, int count) {
    return vectors + (long) Objects.checkFromIndexSize(first, count, capacity) * VECTOR_BYTES;
  }

  void put(int index, long address, int bytes) {
    long vector = address(index, 1);
    RawMemory.putLong(vector, address);
    RawMemory.putLong(vector + LENGTH, bytes);
  }
}
