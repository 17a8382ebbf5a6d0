package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits in a real TUN device, read by a clock of the test's. */
@Tag("root")
@Timeout(20)
class TunReaderTest extends TestTun {
  private static final int BULK_PORT = 1000;
  private static final int SPARSE_PORT = 2000;
  private static final int PACKETS = 60;
  private static final int STEP_NANOS = 10_000_000;
  private static final int PORT = 22;
  private static final int NUMBER = 28;

  @Test
  void aFlowWithFewPacketsPassesOneWithMany() throws Exception {
    send(0, BULK_PORT, PACKETS - 1);
    send(0, SPARSE_PORT, 1);
    List<Integer> ports = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (PacketBuffer packet : readAll(0)) {
      int port = packet.getUnsignedShortBigEndian(PORT);
      ports.add(port);
      if (port == BULK_PORT) {
        numbers.add(packet.getUnsignedByte(NUMBER));
      }
    }
    int place = ports.indexOf(SPARSE_PORT);
    assertTrue(place > 0 && place < 12, "it came at " + place);
    assertEquals(numbers.stream().sorted().toList(), numbers);
    assertEquals(PACKETS - 1, numbers.size());
  }

  @Test
  void dropsOfAFlowThatWaitsTooLong() throws Exception {
    send(0, BULK_PORT, PACKETS);
    int read = readAll(STEP_NANOS).size();
    assertTrue(tun.congestionDrops() > 0);
    assertEquals(PACKETS - tun.congestionDrops(), read);
  }

  @Test
  void marksWhereTheSenderKnowsMarks() throws Exception {
    send(EcnField.ECT_0, BULK_PORT, PACKETS);
    List<PacketBuffer> packets = readAll(STEP_NANOS);
    assertEquals(PACKETS, packets.size());
    assertEquals(0, tun.congestionDrops());
    long marked =
        packets.stream()
            .filter(packet -> EcnField.of(packet) == EcnField.CONGESTION_EXPERIENCED)
            .count();
    assertTrue(marked > 0 && marked < PACKETS / 2, marked + " marked");
    TransportHeader header = new TransportHeader();
    for (PacketBuffer packet : packets) {
      assertTrue(header.find(packet) && header.isIntact(packet));
    }
  }

  private void send(int trafficClass, int port, int count) throws Exception {
    namespace.call(() -> {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.setTrafficClass(trafficClass);
        for (int i = 0; i < count; i++) {
          byte[] bytes = new byte[1000];
          bytes[0] = (byte) i;
          socket.send(new DatagramPacket(bytes, bytes.length, TEST, port));
        }
      }
      return count;
    });
  }

  /** The packets to our two ports, read one by one, each {@code stepNanos} after the last. */
  private List<PacketBuffer> readAll(int stepNanos) throws Exception {
    List<PacketBuffer> packets = new ArrayList<>();
    PacketBatch batch = Batches.empty(1);
    for (long now = 0; tun.read(batch, now) > 0; now += stepNanos) {
      int port = batch.get(0).length() < 1000 ? 0 : batch.get(0).getUnsignedShortBigEndian(PORT);
      if (port == BULK_PORT || port == SPARSE_PORT) {
        packets.add(batch.get(0));
        batch = Batches.empty(1);
      } else {
        batch.clear();
      }
    }
    return packets;
  }
}
