package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.tcp;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A packet that finds its session leaves no garbage, but for what the JDK's cipher makes. */
class AllocationTest {
  private static final int BATCH = 64;
  private static final int WARM_UP = 500;
  private static final int MEASURED = 300;

  /** Fills whole blocks: before it is compiled to the end, padding costs a slice of memory. */
  private static final String PAYLOAD = "x".repeat(1024 - 24);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * Bytes that A and B allocate together for a packet that one seals and the other opens. Each has
   * the other confined, which only adds to what is done with a packet.
   */
  private static double bytesPerPacket(Crypto crypto) {
    VirtualNetwork network = new VirtualNetwork(1, crypto);
    Node a = network.node("192.0.2.1:1");
    Node b = network.node("192.0.2.2:2");
    byte[] ping = tcp("10.0.0.1", 1, "10.0.0.2", 2, PAYLOAD);
    a.configure(
        PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32"))
            .withEndpoint(b.endpoint)
            .withConfinement(new Confinement(InetAddress.ofLiteral("10.0.0.1"), 1)));
    b.configure(
        PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32"))
            .withEndpoint(a.endpoint)
            .withConfinement(new Confinement(InetAddress.ofLiteral("10.0.0.2"), 2)));
    a.send(ping);
    network.advance(Duration.ofSeconds(1));

    PacketBatch packets = PacketBatch.allocate(Arena.ofAuto(), BATCH, 2048, Engine.HEADROOM_BYTES);
    PacketBatch datagrams =
        PacketBatch.allocate(Arena.ofAuto(), BATCH, 2048, Engine.HEADROOM_BYTES);
    long start = 0;
    for (int round = 0; round < WARM_UP + MEASURED; round++) {
      if (round == WARM_UP) {
        start = THREADS.getCurrentThreadAllocatedBytes();
      }
      for (int i = 0; i < BATCH; i++) {
        packets.add().copyFrom(ping);
      }
      long now = network.now() + round * 1000L;
      a.engine.seal(packets, datagrams, now);
      for (int i = 0; i < datagrams.size(); i++) {
        datagrams.get(i).endpoint(a.endpoint);
      }
      b.engine.open(datagrams, packets, now);
      assertTrue(packets.size() == BATCH, "every packet comes through");
      packets.clear();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - start) / (double) (MEASURED * BATCH);
  }

  @Test
  void leavesNoGarbageWithLibcrypto() {
    double bytes = bytesPerPacket(Crypto.openSsl());
    assertTrue(bytes < 1, bytes + " bytes a packet");
  }

  @Test
  void leavesOnlyTheCiphersGarbageWithoutLibcrypto() {
    double bytes = bytesPerPacket(Crypto.portable());
    assertTrue(bytes < 512, bytes + " bytes a packet");
  }
}
