package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentSplitterTest {
  private static final int SEGMENT_BYTES = 1300;

  private final SegmentSplitter splitter = new SegmentSplitter();
  private final VirtioHeader virtio = new VirtioHeader();

  static List<InnerPacket> packets() {
    byte[] payload = new byte[10 * SEGMENT_BYTES + 77];
    new Random(1).nextBytes(payload);
    List<InnerPacket> packets = new ArrayList<>(InnerPacket.ofEachKind(payload));
    packets.add(InnerPacket.tcp6(payload).trafficClass(0xb9));
    int events = InnerPacket.PSH | InnerPacket.FIN | InnerPacket.CWR;
    packets.add(InnerPacket.tcp4(payload).flags(InnerPacket.ACK | events));
    return packets;
  }

  @ParameterizedTest
  @MethodSource("packets")
  void cutsAsANetworkCardDoes(InnerPacket packet) {
    assertTrue(splitter.begin(buffer(packet), describe(packet)));
    assertSegments(packet, splitAll(64));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void goesOnInTheNextBatch(InnerPacket packet) {
    assertTrue(splitter.begin(buffer(packet), describe(packet)));
    assertSegments(packet, splitAll(3));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void leavesOutOneSegment(InnerPacket packet) {
    assertTrue(splitter.begin(buffer(packet), describe(packet)));
    splitter.skip();
    List<byte[]> segments = splitAll(64);
    assertEquals(10, segments.size());
    for (int i = 0; i < segments.size(); i++) {
      InnerPacket expected = packet.segment((i + 1) * SEGMENT_BYTES, SEGMENT_BYTES);
      assertArrayEquals(expected.bytes(), segments.get(i), "segment " + (i + 1));
    }
  }

  private static void assertSegments(InnerPacket packet, List<byte[]> segments) {
    assertEquals(11, segments.size());
    for (int i = 0; i < segments.size(); i++) {
      InnerPacket expected = packet.segment(i * SEGMENT_BYTES, SEGMENT_BYTES);
      assertArrayEquals(expected.bytes(), segments.get(i), "segment " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("packets")
  void finishesAChecksumWithoutACut(InnerPacket packet) {
    PacketBuffer whole = buffer(packet);
    virtio.setUnfinished(packet.ipBytes(), packet.checksumOffset());
    assertTrue(SegmentSplitter.finish(whole, virtio));
    assertArrayEquals(packet.bytes(), whole.toByteArray());
  }

  @Test
  void leavesAFinishedPacketAsItIs() {
    InnerPacket packet = packets().getFirst();
    PacketBuffer whole = buffer(packet);
    virtio.setPlain();
    assertTrue(SegmentSplitter.finish(whole, virtio));
    assertArrayEquals(packet.unfinished(), whole.toByteArray());
  }

  @Test
  void refusesAHeaderThatContradictsThePacket() {
    InnerPacket packet = packets().getFirst();
    assertFalse(splitter.begin(buffer(packet), set(VirtioHeader.GSO_TCPV6, SEGMENT_BYTES, 20)));
    assertFalse(splitter.begin(buffer(packet), set(VirtioHeader.GSO_TCPV4, 0, 20)));
    assertFalse(splitter.begin(buffer(packet), set(VirtioHeader.GSO_TCPV4, SEGMENT_BYTES, 24)));
    assertFalse(splitter.begin(buffer(packet), set(77, SEGMENT_BYTES, 20)));
    assertFalse(splitter.hasMore());
    virtio.setUnfinished(65_000, 16);
    assertFalse(SegmentSplitter.finish(buffer(packet), virtio));
  }

  private VirtioHeader set(int gsoType, int segmentBytes, int checksumStart) {
    virtio.setSegments(gsoType, segmentBytes, 52, checksumStart, 16);
    return virtio;
  }

  private VirtioHeader describe(InnerPacket packet) {
    int tcpType = packet.isIpv4() ? VirtioHeader.GSO_TCPV4 : VirtioHeader.GSO_TCPV6;
    virtio.setSegments(
        packet.tcp() ? tcpType : VirtioHeader.GSO_UDP_L4,
        SEGMENT_BYTES,
        packet.ipBytes() + packet.transportBytes(),
        packet.ipBytes(),
        packet.checksumOffset());
    return virtio;
  }

  private List<byte[]> splitAll(int batchPackets) {
    List<byte[]> segments = new ArrayList<>();
    PacketBatch batch = Batches.empty(batchPackets);
    while (splitter.hasMore()) {
      batch.clear();
      splitter.split(batch);
      for (int i = 0; i < batch.size(); i++) {
        segments.add(batch.get(i).toByteArray());
      }
    }
    return segments;
  }

  private static PacketBuffer buffer(InnerPacket packet) {
    PacketBuffer buffer = PacketBuffer.allocate(Arena.global(), 70_000);
    buffer.copyFrom(packet.unfinished());
    return buffer;
  }
}
