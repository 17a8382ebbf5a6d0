package dev.zlayer.linux;

import dev.zlayer.bench.StepBenchmark;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** Between what the kernel left whole and what a network sees, for one segment of TCP over IPv4. */
public class SegmentBenchmark extends StepBenchmark {
  private static final int SEGMENTS = 44;
  private static final int SEGMENT_BYTES = 1368;
  private static final int IP_BYTES = 20;
  private static final int HEADER_BYTES = IP_BYTES + 20;
  private static final int CHECKSUM_OFFSET = 16;

  private final VirtioHeader virtio = new VirtioHeader();
  private final SegmentSplitter splitter = new SegmentSplitter();
  private final SegmentMerger merger = new SegmentMerger(true);
  private final PacketBuffer pristine = PacketBuffer.allocate(Arena.global(), 1 << 16);
  private final PacketBuffer whole = PacketBuffer.allocate(Arena.global(), 1 << 16);
  private final PacketBatch segments = PacketBatch.allocate(Arena.global(), SEGMENTS, 2048, 32);

  @Setup
  public void cut() {
    pristine.copyFrom(superPacket());
    whole.copyFrom(pristine);
    virtio.setSegments(
        VirtioHeader.GSO_TCPV4, SEGMENT_BYTES, HEADER_BYTES, IP_BYTES, CHECKSUM_OFFSET);
    if (split() != SEGMENTS || merge() != 1) {
      throw new IllegalStateException("what was cut doesn't fit together again");
    }
  }

  /** As it comes from the kernel: its checksum isn't finished, but covers the pseudo header. */
  private static byte[] superPacket() {
    ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + SEGMENTS * SEGMENT_BYTES);
    new Random(1).nextBytes(packet.array());
    int transport = packet.capacity() - IP_BYTES;
    packet.putShort((short) 0x4500).putShort((short) packet.capacity()).putInt(0x0007_4000);
    packet.put((byte) 64).put((byte) 6).putShort((short) 0);
    packet.putInt(0x0a09_0001).putInt(0x0a09_0002);
    packet.putShort((short) 40_000).putShort((short) 5201).putInt(1_000).putInt(77);
    packet.put((byte) 0x50).put((byte) 0x10).putShort((short) 500).putInt(0);
    ByteBuffer pseudo = ByteBuffer.allocate(16).putInt(0x0a09_0001).putInt(0x0a09_0002);
    int sum = ~InternetChecksum.of(pseudo.putInt(6).putInt(transport).array()) & 0xffff;
    return packet.putShort(IP_BYTES + CHECKSUM_OFFSET, (short) sum).array();
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public int split() {
    whole.copy(pristine, 0, 0, HEADER_BYTES);
    segments.clear();
    splitter.begin(whole, virtio);
    splitter.split(segments);
    return segments.size();
  }

  /** With the checks of all checksums that it takes. */
  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public int merge() {
    return merger.merge(segments);
  }

  @Benchmark
  @OperationsPerInvocation(SEGMENTS)
  public long checksum() {
    long sum = 0;
    for (int i = 0; i < SEGMENTS; i++) {
      sum += InternetChecksum.sum(segments.get(i), 0, HEADER_BYTES + SEGMENT_BYTES);
    }
    return sum;
  }
}
