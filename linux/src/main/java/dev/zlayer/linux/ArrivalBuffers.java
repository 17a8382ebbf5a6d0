package dev.zlayer.linux;

import dev.zlayer.memory.PacketBatch;
import java.lang.foreign.Arena;

/**
 * Buffers for the longest packets, which what the kernel gives is read into before it is taken
 * apart or exchanged with those of a batch. Not thread safe.
 */
final class ArrivalBuffers {
  /** What the longest packet takes. */
  private static final int PACKET_BYTES = 65535;

  private PacketBatch buffers;

  /**
   * A batch for {@code packets} packets or more, whose buffers can be exchanged with those of
   * {@code batch} where these aren't too small: an empty one to begin with, then the same one as it
   * was left, for as long as it will do.
   */
  PacketBatch suiting(PacketBatch batch, int packets) {
    int bufferBytes = Math.max(batch.bufferBytes(), batch.headroom() + PACKET_BYTES);
    if (buffers == null
        || buffers.capacity() < packets
        || buffers.headroom() != batch.headroom()
        || buffers.bufferBytes() != bufferBytes) {
      buffers = PacketBatch.allocate(Arena.ofAuto(), packets, bufferBytes, batch.headroom());
    }
    return buffers;
  }
}
