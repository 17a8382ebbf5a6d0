package dev.zlayer.linux;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/**
 * Finds in a batch the packets that the kernel can take as one: the reverse of {@link
 * SegmentSplitter}. Flows may be mixed; within each of them the order stays, and a packet of no
 * flow stays behind what came before it. Pure; not thread safe.
 */
final class SegmentMerger {
  private final TransportHeader header = new TransportHeader();
  private final boolean datagramsToo;

  /** As many as a batch holds; those below {@link #count} are this batch's. */
  private SegmentRun[] runs = {};

  private int count;

  /** Which packet follows a packet in its run. */
  private int[] next = {};

  /** Runs from here on may still grow. */
  private int firstOpen;

  /**
   * @param datagramsToo whether the kernel takes datagrams of UDP as one, too
   */
  SegmentMerger(boolean datagramsToo) {
    this.datagramsToo = datagramsToo;
  }

  /** Sorts the packets of {@code batch} into runs; returns how many there are. */
  int merge(PacketBatch batch) {
    reserve(batch.size());
    count = 0;
    firstOpen = 0;
    for (int i = 0; i < batch.size(); i++) {
      sort(batch.get(i), i);
    }
    return count;
  }

  private void reserve(int packets) {
    if (runs.length < packets) {
      runs = new SegmentRun[packets];
      for (int i = 0; i < packets; i++) {
        runs[i] = new SegmentRun();
      }
      next = new int[packets];
    }
  }

  private void sort(PacketBuffer packet, int index) {
    if (!header.find(packet) || !(datagramsToo || header.isTcp())) {
      runs[count++].begin(packet, index);
      if (!header.isApart()) {
        firstOpen = count;
      }
      return;
    }
    long flow = header.flow(packet);
    SegmentRun run = newest(packet, flow);
    if (run != null) {
      int last = run.lastIndex();
      if (run.add(packet, index, header)) {
        next[last] = index;
        return;
      }
      run.close();
    }
    runs[count++].begin(packet, index, header, flow);
  }

  private SegmentRun newest(PacketBuffer packet, long flow) {
    for (int i = count - 1; i >= firstOpen; i--) {
      if (runs[i].isOf(packet, header, flow)) {
        return runs[i];
      }
    }
    return null;
  }

  /** The run at {@code index}, in the order of their first packets. */
  SegmentRun run(int index) {
    return runs[index];
  }

  /** The place in the batch of the packet that follows that at {@code index} in its run. */
  int next(int index) {
    return next[index];
  }
}
