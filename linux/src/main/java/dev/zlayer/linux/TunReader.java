package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EBADFD;
import static dev.zlayer.linux.Errno.EINTR;
import static dev.zlayer.linux.Errno.EIO;

import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.LongAdder;

/**
 * The reading half of a {@link TunDevice}. The kernel may give a whole run of segments as one
 * packet; it is cut here. What the kernel has is fetched at once, as far as there is room, and
 * leaves in the order of a {@link FairQueue}. Not thread safe; the caller fences it.
 */
final class TunReader {
  /** Packets that wait here at most, of up to 64 KiB each; the kernel keeps the others. */
  private static final int SLOTS = 64;

  private final Descriptor descriptor;
  private final VirtioHeader[] virtio = new VirtioHeader[SLOTS];
  private final VectorArray vectors = new VectorArray(2);
  private final TransportHeader header = new TransportHeader();
  private final FairQueue queue;
  private final SegmentSplitter splitter = new SegmentSplitter();
  private final ArrivalBuffers buffers = new ArrivalBuffers();

  /** Slots that hold no packet; the one used last is used first. */
  private final int[] free = new int[SLOTS];

  private int freeCount = SLOTS;

  /** The slot of the packet that is being given. */
  private int given = FairQueue.NONE;

  private final LongAdder congestionDrops = new LongAdder();

  TunReader(Descriptor descriptor, long salt) {
    this.descriptor = descriptor;
    this.queue = new FairQueue(SLOTS, salt);
    Arena arena = Arena.ofAuto();
    for (int slot = 0; slot < SLOTS; slot++) {
      virtio[slot] = new VirtioHeader(arena);
      free[SLOTS - 1 - slot] = slot;
    }
  }

  /** As {@link TunDevice#read}. */
  int read(PacketBatch batch, long nowNanos) throws NativeException {
    Descriptor.requireRoom(batch);
    int before = batch.size();
    PacketBatch slots = slots(batch);
    boolean isDrained;
    do {
      isDrained = fetch(slots, nowNanos);
      give(slots, batch, nowNanos);
    } while (!batch.isFull() && !isDrained);
    return batch.size() - before;
  }

  private PacketBatch slots(PacketBatch batch) {
    PacketBatch slots = buffers.suiting(batch, SLOTS);
    while (!slots.isFull()) {
      slots.add();
    }
    return slots;
  }

  /** Reads until the kernel has no more or there is no room; returns which of the two. */
  private boolean fetch(PacketBatch slots, long nowNanos) throws NativeException {
    while (freeCount > 0) {
      int slot = free[freeCount - 1];
      PacketBuffer packet = slots.get(slot);
      if (!fetch(packet, virtio[slot], slots.headroom())) {
        return true;
      }
      freeCount--;
      queue.add(slot, header.flowOf(packet), packet.length(), nowNanos);
    }
    return false;
  }

  private boolean fetch(PacketBuffer packet, VirtioHeader virtio, int headroom)
      throws NativeException {
    packet.clear(headroom);
    vectors.put(0, virtio.address(), VirtioHeader.BYTES);
    vectors.put(1, packet.address(), packet.tailroom());
    int result = LibC.readv(descriptor.fd(), vectors.address(0, 2), 2);
    if (result >= VirtioHeader.BYTES) {
      packet.length(result - VirtioHeader.BYTES);
      return true;
    }
    // EIO: a device that is down
    if (result < 0 && result != -EAGAIN && result != -EINTR && result != -EIO) {
      throw new NativeException("read " + descriptor.name(), -result, advice(-result));
    }
    return false;
  }

  /** Brings to {@code batch} what it has room for. */
  private void give(PacketBatch slots, PacketBatch batch, long nowNanos) {
    while (!batch.isFull()) {
      if (splitter.hasMore()) {
        splitter.split(batch);
      } else {
        if (given != FairQueue.NONE) {
          free[freeCount++] = given;
        }
        given = queue.next(nowNanos);
        if (given == FairQueue.NONE) {
          break;
        }
        begin(slots, batch);
      }
    }
  }

  private void begin(PacketBatch slots, PacketBatch batch) {
    PacketBuffer packet = slots.get(given);
    boolean loses = queue.signals() && !mark(packet);
    if (loses) {
      congestionDrops.increment();
    }
    if (virtio[given].gsoType() != VirtioHeader.GSO_NONE) {
      if (splitter.begin(packet, virtio[given]) && loses) {
        splitter.skip();
      }
    } else if (!loses && SegmentSplitter.finish(packet, virtio[given])) {
      boolean ignored = batch.take(slots, given);
    }
  }

  /** Tells the sender by a mark, if it knows marks (RFC 3168); returns whether it does. */
  private static boolean mark(PacketBuffer packet) {
    if (packet.length() < TransportHeader.IPV4_BYTES
        || EcnField.of(packet) == EcnField.NOT_CAPABLE) {
      return false;
    }
    EcnField.set(packet, EcnField.CONGESTION_EXPERIENCED);
    return true;
  }

  /** As {@link TunDevice#congestionDrops}. */
  long congestionDrops() {
    return congestionDrops.sum();
  }

  private static String advice(int errno) {
    return errno == EBADFD ? "the interface was removed" : "";
  }
}
