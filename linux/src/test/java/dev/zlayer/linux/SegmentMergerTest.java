package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentMergerTest {
  private static final int SEGMENT_BYTES = 1300;

  private final SegmentMerger merger = new SegmentMerger(true);

  static List<InnerPacket> packets() {
    byte[] payload = new byte[10 * SEGMENT_BYTES + 77];
    new Random(1).nextBytes(payload);
    List<InnerPacket> packets = new ArrayList<>(InnerPacket.ofEachKind(payload));
    packets.add(InnerPacket.tcp4(payload).flags(InnerPacket.ACK | InnerPacket.PSH));
    return packets;
  }

  @ParameterizedTest
  @MethodSource("packets")
  void undoesACut(InnerPacket packet) {
    PacketBatch batch = batch(segments(packet));
    assertEquals(List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), merge(batch));
    assertArrayEquals(packet.unfinished(), whole(batch, merger.run(0)));
    assertEquals(SEGMENT_BYTES, merger.run(0).segmentBytes());
  }

  @Test
  void keepsMixedFlowsApartAndInOrder() {
    List<byte[]> packets = new ArrayList<>();
    for (InnerPacket flow : packets().subList(0, 4)) {
      packets.addAll(segments(flow));
    }
    List<byte[]> mixed = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      for (int flow = 0; flow < 4; flow++) {
        mixed.add(packets.get(flow * 11 + i));
      }
    }
    List<List<Integer>> runs = merge(batch(mixed));
    assertEquals(4, runs.size());
    for (int flow = 0; flow < 4; flow++) {
      int first = flow;
      assertEquals(IntStream.range(0, 11).map(i -> 4 * i + first).boxed().toList(), runs.get(flow));
    }
  }

  /** The middle one of three that would otherwise be one. */
  private List<List<Integer>> withMiddle(InnerPacket flow, UnaryOperator<InnerPacket> change) {
    List<InnerPacket> three = three(flow);
    return merge(
        batch(
            List.of(
                three.get(0).bytes(), change.apply(three.get(1)).bytes(), three.get(2).bytes())));
  }

  private static List<InnerPacket> three(InnerPacket flow) {
    InnerPacket packet = flow.payload(new byte[3 * SEGMENT_BYTES]);
    return List.of(
        packet.segment(0, SEGMENT_BYTES),
        packet.segment(SEGMENT_BYTES, SEGMENT_BYTES),
        packet.segment(2 * SEGMENT_BYTES, SEGMENT_BYTES));
  }

  private static final List<List<Integer>> EACH_ALONE = List.of(List.of(0), List.of(1), List.of(2));
  private static final List<List<Integer>> TWO_AND_ONE = List.of(List.of(0, 1), List.of(2));

  @Test
  void joinsOnlyWhatDiffersAsACutWould() {
    InnerPacket tcp = packets().getFirst();
    assertEquals(List.of(List.of(0, 1, 2)), withMiddle(tcp, same -> same));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.sequence(middle.sequence() + 1)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.window(501)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.trafficClass(3)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.hopLimit(63)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.withOptions()));
    assertEquals(
        EACH_ALONE,
        withMiddle(tcp, middle -> middle.withOptions(1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 8)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.flags(0x11)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.flags(0x90)));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.payload(new byte[0])));
    assertEquals(EACH_ALONE, withMiddle(tcp, middle -> middle.payload(new byte[1301])));
    assertEquals(
        List.of(List.of(0, 2), List.of(1)),
        withMiddle(packets().get(2), middle -> middle.sourcePort(1)));
  }

  @Test
  void endsWithAShorterOneAndWithAPush() {
    InnerPacket tcp = packets().getFirst();
    assertEquals(TWO_AND_ONE, withMiddle(tcp, middle -> middle.payload(new byte[1299])));
    assertEquals(TWO_AND_ONE, withMiddle(tcp, middle -> middle.flags(0x18)));
    assertEquals(TWO_AND_ONE, withMiddle(packets().get(2), udp -> udp.payload(new byte[5])));
  }

  @Test
  void heedsTheIdentificationOnlyWhereFragmentsAreAllowed() {
    InnerPacket tcp = packets().getFirst();
    assertEquals(List.of(List.of(0, 1, 2)), withMiddle(tcp, middle -> middle.id(0)));
    assertEquals(EACH_ALONE, withMiddle(tcp.mayFragment(), middle -> middle.id(0)));
  }

  /** Each bit of all headers, and one of the payload. */
  @ParameterizedTest
  @MethodSource("packets")
  void noDamagedPacketIsJoinedToAnother(InnerPacket flow) {
    List<InnerPacket> three = three(flow);
    int headers = flow.ipBytes() + flow.transportBytes();
    for (int bit = 0; bit < 8 * (headers + 1); bit++) {
      byte[] damaged = three.get(1).bytes();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      PacketBatch batch = batch(List.of(three.get(0).bytes(), damaged, three.get(2).bytes()));
      List<List<Integer>> runs = merge(batch);
      assertEquals(true, runs.contains(List.of(1)), "bit " + bit + ": " + runs);
    }
    byte[] damagedHead = three.get(0).bytes();
    damagedHead[damagedHead.length - 1] ^= 1;
    List<byte[]> packets = List.of(damagedHead, three.get(1).bytes(), three.get(2).bytes());
    assertEquals(List.of(List.of(0), List.of(1, 2)), merge(batch(packets)));
  }

  @Test
  void takesDatagramsOnlyWhereTheKernelDoesAndOnlyWithAChecksum() {
    List<InnerPacket> three = three(packets().get(2));
    List<byte[]> plain = three.stream().map(InnerPacket::bytes).toList();
    SegmentMerger tcpOnly = new SegmentMerger(false);
    assertEquals(3, tcpOnly.merge(batch(plain)));
    List<byte[]> without = new ArrayList<>();
    for (byte[] packet : plain) {
      byte[] copy = packet.clone();
      copy[26] = 0;
      copy[27] = 0;
      without.add(copy);
    }
    assertEquals(EACH_ALONE, merge(batch(without)));
  }

  @Test
  void staysWithinWhatOnePacketHolds() {
    InnerPacket tcp = InnerPacket.tcp4(new byte[100 * SEGMENT_BYTES]);
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      packets.add(tcp.segment(i * SEGMENT_BYTES, SEGMENT_BYTES).bytes());
    }
    List<List<Integer>> runs = merge(batch(packets));
    assertEquals(50, runs.getFirst().size());
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      datagrams.add(InnerPacket.udp4(new byte[64]).id(i).bytes());
    }
    assertEquals(64, merge(batch(datagrams)).getFirst().size());
    InnerPacket many = InnerPacket.tcp4(new byte[2 * SegmentRun.MAX_PACKETS]);
    List<byte[]> tiny = new ArrayList<>();
    for (int i = 0; i < many.payload().length; i++) {
      tiny.add(many.segment(i, 1).bytes());
    }
    assertEquals(List.of(1023, 1023), merge(batch(tiny)).stream().map(List::size).toList());
  }

  /** A fragment may be of any flow, so nothing of before it is added to after it. */
  @Test
  void letsNothingOvertakeAPacketOfUnknownFlow() {
    List<InnerPacket> three = three(packets().getFirst());
    byte[] fragment = three.get(0).bytes();
    fragment[6] = 0x20;
    byte[] ping = three.get(0).bytes();
    ping[9] = 1;
    assertEquals(
        List.of(List.of(0), List.of(1), List.of(2)),
        merge(batch(List.of(three.get(0).bytes(), fragment, three.get(1).bytes()))));
    assertEquals(
        List.of(List.of(0, 2), List.of(1)),
        merge(batch(List.of(three.get(0).bytes(), ping, three.get(1).bytes()))));
  }

  /** A peer may choose addresses and ports so that the hash of its flow is 0. */
  @Test
  void takesNoPacketWithoutAFlowForOneOfAFlowWithTheHashZero() throws UnknownHostException {
    InnerPacket tcp = packets().getFirst();
    long addresses = ((tcp.sourcePort() << 16) | 5201) * TransportHeader.PORTS_FACTOR;
    byte[] both = ByteBuffer.allocate(Long.BYTES).putLong(addresses).array();
    InnerPacket zero =
        tcp.between(
            InetAddress.getByAddress(Arrays.copyOf(both, 4)),
            InetAddress.getByAddress(Arrays.copyOfRange(both, 4, 8)));
    TransportHeader header = new TransportHeader();
    PacketBuffer packet = batch(List.of(zero.segment(0, 1300).bytes())).get(0);
    assertTrue(header.find(packet));
    assertEquals(0, header.flow(packet));

    byte[] ping = Arrays.copyOf(tcp.bytes(), 20);
    ping[9] = 1;
    assertEquals(List.of(List.of(0, 1)), merge(batch(segments(tcp).subList(0, 2))));
    assertEquals(
        List.of(List.of(0), List.of(1)), merge(batch(List.of(ping, segments(zero).getFirst()))));
  }

  @Test
  void findsEveryPacketOnceWhateverTheBytesAre() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      List<byte[]> packets = new ArrayList<>();
      int count = 1 + random.nextInt(20);
      while (packets.size() < count) {
        byte[] packet = segments(packets().get(random.nextInt(8))).get(random.nextInt(11));
        for (int changes = random.nextInt(3); changes > 0; changes--) {
          packet[random.nextInt(60)] = (byte) random.nextInt();
        }
        packets.add(
            Arrays.copyOf(packet, random.nextInt(4) > 0 ? packet.length : random.nextInt(70)));
      }
      PacketBatch batch = batch(packets);
      List<Integer> found = merge(batch).stream().flatMap(List::stream).sorted().toList();
      assertEquals(IntStream.range(0, count).boxed().toList(), found);
    }
  }

  private static List<byte[]> segments(InnerPacket packet) {
    List<byte[]> segments = new ArrayList<>();
    for (int i = 0; i < packet.payload().length; i += SEGMENT_BYTES) {
      segments.add(packet.segment(i, SEGMENT_BYTES).bytes());
    }
    return segments;
  }

  private static PacketBatch batch(List<byte[]> packets) {
    PacketBatch batch = Batches.empty(packets.size());
    packets.forEach(packet -> batch.add().copyFrom(packet));
    return batch;
  }

  /** The packets of each run. */
  private List<List<Integer>> merge(PacketBatch batch) {
    List<List<Integer>> runs = new ArrayList<>();
    int count = merger.merge(batch);
    for (int i = 0; i < count; i++) {
      SegmentRun run = merger.run(i);
      List<Integer> members = new ArrayList<>(List.of(run.headIndex()));
      while (members.size() < run.count()) {
        members.add(merger.next(members.getLast()));
      }
      runs.add(members);
    }
    return runs;
  }

  /** What the kernel would get. */
  private byte[] whole(PacketBatch batch, SegmentRun run) {
    run.complete();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(batch.get(run.headIndex()).toByteArray());
    int index = run.headIndex();
    for (int i = 1; i < run.count(); i++) {
      index = merger.next(index);
      PacketBuffer packet = batch.get(index);
      byte[] bytes = packet.toByteArray();
      int start = run.layout().end();
      whole.write(bytes, start, bytes.length - start);
    }
    return whole.toByteArray();
  }
}
