package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EBADFD;
import static dev.zlayer.linux.Errno.EINTR;
import static dev.zlayer.linux.Errno.EIO;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/**
 * The reading half of a {@link TunDevice}. The kernel may give a whole run of segments as one
 * packet; it is cut here. Not thread safe; the caller fences it.
 */
final class TunReader {
  private final Descriptor descriptor;
  private final VirtioHeader virtio = new VirtioHeader();
  private final VectorArray vectors = new VectorArray(2);
  private final SegmentSplitter splitter = new SegmentSplitter();

  /** For the packet that came last; it stays while it is being cut. */
  private final ArrivalBuffers buffers = new ArrivalBuffers();

  TunReader(Descriptor descriptor) {
    this.descriptor = descriptor;
    vectors.put(0, virtio.address(), VirtioHeader.BYTES);
  }

  /** As {@link TunDevice#read}. */
  int read(PacketBatch batch) throws NativeException {
    Descriptor.requireRoom(batch);
    int before = batch.size();
    splitter.split(batch);
    boolean isDrained = false;
    while (!batch.isFull() && !isDrained) {
      isDrained = !readPacket(batch);
    }
    return batch.size() - before;
  }

  /** Returns whether the kernel had a packet. */
  private boolean readPacket(PacketBatch batch) throws NativeException {
    PacketBatch arrived = buffers.suiting(batch, 1);
    arrived.clear();
    PacketBuffer packet = arrived.add();
    vectors.put(1, packet.address(), packet.tailroom());
    int result = LibC.readv(descriptor.fd(), vectors.address(0, 2), 2);
    if (result < VirtioHeader.BYTES) {
      // EIO: a device that is down
      if (result < 0 && result != -EAGAIN && result != -EINTR && result != -EIO) {
        throw new NativeException("read " + descriptor.name(), -result, advice(-result));
      }
      return false;
    }
    packet.length(result - VirtioHeader.BYTES);
    if (virtio.gsoType() == VirtioHeader.GSO_NONE) {
      if (SegmentSplitter.finish(packet, virtio)) {
        boolean ignored = batch.take(arrived, 0);
      }
    } else if (splitter.begin(packet, virtio)) {
      splitter.split(batch);
    }
    return true;
  }

  private static String advice(int errno) {
    return errno == EBADFD ? "the interface was removed" : "";
  }
}
