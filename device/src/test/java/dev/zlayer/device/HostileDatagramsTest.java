package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.linux.UdpSocket;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Somebody on the wire repeats, holds back and invents datagrams.
 *
 * <pre>
 *   alice 192.0.2.1 ---- 192.0.2.2 bob                    underlay
 *   ours 10.9.0.1 ======= relay === 10.9.0.2 wireguard-go  tunnel
 * </pre>
 */
@Tag("root")
class HostileDatagramsTest {
  private static final Duration BRIEFLY = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int INITIATION = 1;
  private static final int TRANSPORT = 4;

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private Relay relay;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    WireGuardGo theirs = WireGuardGo.start(bob, 51821);
    relay = Relay.start(bob, "192.0.2.1", 51820, 51821);
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32", "endpoint", relay.place());
    theirs.up("10.9.0.2/24");
    ours.peer(PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32")));
    assertReaches();
  }

  @AfterEach
  void stop() throws Exception {
    try (network) {
      ours.close();
      relay.close();
    }
  }

  private void assertReaches() {
    assertEquals(0, Ping.run(bob, "10.9.0.1", 5, BRIEFLY).lost());
    assertEquals(0, Ping.run(alice, "10.9.0.2", 5, BRIEFLY).lost());
  }

  private long drops(DropReason reason) {
    return ours.device().status().drops().getOrDefault(reason, 0L);
  }

  private void awaitDrops(DropReason reason, long count) {
    Eventually.within(PATIENCE, () -> reason + ": " + drops(reason), () -> drops(reason) == count);
  }

  private static long count(List<byte[]> datagrams, int type) {
    return datagrams.stream().filter(datagram -> datagram[0] == type).count();
  }

  @Test
  void dropsAndCountsAReplayedCapture() throws Exception {
    List<byte[]> captured = relay.passed();
    assertEquals(1, count(captured, INITIATION));
    assertTrue(count(captured, TRANSPORT) >= 10);
    long received = ours.show().peers().getFirst().receivedBytes();
    for (byte[] datagram : captured) {
      relay.toOurs(datagram);
    }
    awaitDrops(DropReason.HANDSHAKE_REPLAYED, 1);
    awaitDrops(DropReason.REPLAYED, count(captured, TRANSPORT));
    assertEquals(received, ours.show().peers().getFirst().receivedBytes());
    assertReaches();
  }

  @Test
  void acceptsWhatIsReorderedInsideTheWindow() throws Exception {
    relay.hold();
    RunningCommand ping = bob.start("ping", "-n", "-c", "50", "-i", "0.01", "-W", "5", "10.9.0.1");
    Eventually.within(PATIENCE, "50 echo requests held", () -> relay.held() == 50);
    relay.releaseReversed();
    assertTrue(ping.await(PATIENCE).output().contains(" 50 received"));
    assertEquals(0, drops(DropReason.REPLAYED));
  }

  @Test
  void dropsAndCountsWhatComesBehindTheWindow() throws Exception {
    relay.hold(1);
    Command.of("ping", "-n", "-c", "1", "-W", "1", "10.9.0.1").in(bob).run();
    assertEquals(1, relay.held());
    Iperf3.run(bob, alice, "10.9.0.1", Duration.ofSeconds(2));
    assertTrue(relay.passed().size() > 10_000, "too few to move the window");
    assertEquals(0, drops(DropReason.REPLAYED));
    relay.releaseReversed();
    awaitDrops(DropReason.REPLAYED, 1);
    assertReaches();
  }

  @Test
  void survivesAMillionRandomDatagrams() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int batches = 1_000_000 / 64 + 1;
    try (Arena arena = Arena.ofConfined();
        UdpSocket socket =
            NetworkNamespace.call(Path.of("/run/netns", bob.name()), () -> UdpSocket.open(0))) {
      PacketBatch batch = PacketBatch.allocate(arena, 64, 2048, 0);
      for (int i = 0; i < batches; i++) {
        batch.clear();
        while (!batch.isFull()) {
          PacketBuffer datagram = batch.add();
          datagram.copyFrom(invented(random));
          datagram.endpoint(Endpoint.parse("192.0.2.1:51820"));
        }
        socket.send(batch);
      }
    }
    assertReaches();
    assertFalse(ours.device().ended().toCompletableFuture().isDone(), "seed " + seed);
    assertTrue(drops(DropReason.MALFORMED_MESSAGE) > 100_000, "seed " + seed);
    assertTrue(drops(DropReason.WRONG_MAC1) > 10_000, "seed " + seed);
    assertTrue(drops(DropReason.UNKNOWN_INDEX) > 10_000, "seed " + seed);
  }

  /** Half of them have a type that there is, and its length. */
  private static byte[] invented(Random random) {
    int type = random.nextInt(8);
    int bytes =
        switch (type) {
          case 1 -> 148;
          case 2 -> 92;
          case 3 -> 64;
          case 4 -> 32 + random.nextInt(200);
          default -> random.nextInt(200);
        };
    byte[] datagram = new byte[bytes];
    random.nextBytes(datagram);
    if (type >= 1 && type <= 4) {
      datagram[0] = (byte) type;
      datagram[1] = datagram[2] = datagram[3] = 0;
    }
    return datagram;
  }
}
