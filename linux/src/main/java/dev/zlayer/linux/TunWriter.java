package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EBADF;
import static dev.zlayer.linux.Errno.EBADFD;
import static dev.zlayer.linux.Errno.ENODEV;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/**
 * The writing half of a {@link TunDevice}: neighbours of a flow go to the kernel as one packet,
 * gathered where they lie. Not thread safe; the caller fences it.
 */
final class TunWriter {
  private final Descriptor descriptor;
  private final SegmentMerger merger;
  private final VirtioHeader virtio = new VirtioHeader();

  /** One for the virtio header, the others for the packets of a run. */
  private VectorArray vectors = new VectorArray(2);

  /**
   * @param datagramsToo whether the kernel takes datagrams of UDP as one, too
   */
  TunWriter(Descriptor descriptor, boolean datagramsToo) {
    this.descriptor = descriptor;
    this.merger = new SegmentMerger(datagramsToo);
  }

  /** As {@link TunDevice#write}; headers of packets that go as one are changed. */
  int write(PacketBatch batch) throws NativeException {
    if (vectors.capacity() < batch.size() + 1) {
      vectors = new VectorArray(batch.capacity() + 1);
    }
    vectors.put(0, virtio.address(), VirtioHeader.BYTES);
    int taken = 0;
    int runs = merger.merge(batch);
    for (int i = 0; i < runs; i++) {
      SegmentRun run = merger.run(i);
      gather(batch, run);
      int result =
          LibC.writev(descriptor.fd(), vectors.address(0, run.count() + 1), run.count() + 1);
      if (result >= 0) {
        taken += run.count();
      } else if (result == -EBADFD || result == -EBADF || result == -ENODEV) {
        throw new NativeException(
            "write " + descriptor.name(), -result, "the interface was removed");
      }
    }
    return taken;
  }

  private void gather(PacketBatch batch, SegmentRun run) {
    PacketBuffer head = batch.get(run.headIndex());
    vectors.put(1, head.address(), head.length());
    if (run.count() == 1) {
      virtio.setPlain();
      return;
    }
    run.complete();
    TransportHeader layout = run.layout();
    virtio.setSegments(
        gsoType(layout), run.segmentBytes(), layout.end(), layout.start(), layout.checksumOffset());
    int index = run.headIndex();
    for (int i = 2; i <= run.count(); i++) {
      index = merger.next(index);
      PacketBuffer packet = batch.get(index);
      vectors.put(i, packet.address() + layout.end(), packet.length() - layout.end());
    }
  }

  private static int gsoType(TransportHeader layout) {
    if (!layout.isTcp()) {
      return VirtioHeader.GSO_UDP_L4;
    }
    return layout.isIpv4() ? VirtioHeader.GSO_TCPV4 : VirtioHeader.GSO_TCPV6;
  }
}
