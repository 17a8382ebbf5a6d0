package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.linux.UdpSocket;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Mallory sends initiations that look valid from thousands of ports. Bob has a session with us,
 * Carol wants one.
 *
 * <pre>
 *   alice 192.0.2.1 --+-- 192.0.2.2 bob, .3 carol, .4 mallory   underlay
 *   ours 10.9.0.1 ====+=== 10.9.0.2 bob, .3 carol               tunnel
 * </pre>
 */
@Tag("root")
class FloodTest {
  private static final Duration LENGTH = Duration.ofSeconds(6);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int SOURCES = 3000;
  private static final int BURST = 10;
  private static final Duration BURST_INTERVAL = Duration.ofMillis(1);
  private static final long MUCH_MEMORY_BYTES = 8 << 20;

  private final Topology network = new Topology();
  private final AtomicBoolean over = new AtomicBoolean();
  private Netns bob;
  private Netns carol;
  private Netns mallory;
  private TunnelEnd ours;

  @BeforeEach
  void start() throws Exception {
    Netns alice = network.namespace();
    bob = network.namespace();
    carol = network.namespace();
    mallory = network.namespace();
    network.bridge(
        alice.nic("192.0.2.1/24"),
        bob.nic("192.0.2.2/24"),
        carol.nic("192.0.2.3/24"),
        mallory.nic("192.0.2.4/24"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
  }

  @AfterEach
  void stop() {
    over.set(true);
    try (network) {
      ours.close();
    }
  }

  /** A peer of ours whose device is up and knows where we are. */
  private void introduce(Netns host, String address) {
    WireGuardGo peer = WireGuardGo.start(host, 51821);
    ours.peer(PeerSettings.of(PublicKey.parse(peer.publicKey()), Cidr.parse(address + "/32")));
    peer.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32", "endpoint", "192.0.2.1:51820");
    peer.up(address + "/24");
  }

  private long drops(DropReason reason) {
    return ours.device().status().drops().getOrDefault(reason, 0L);
  }

  @Test
  void keepsSessionsAndLetsGoodPeersIn() throws Exception {
    introduce(bob, "10.9.0.2");
    assertEquals(0, Ping.run(bob, "10.9.0.1", 5, Duration.ofMillis(50)).lost());
    CompletableFuture<Long> flood = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> flood.completeAsync(this::flood, Runnable::run));
    Eventually.within(PATIENCE, "cookies", () -> drops(DropReason.COOKIE_DEMANDED) > 1000);
    long usedBefore = usedBytes();

    Ping established = Ping.start(bob, "10.9.0.1", Duration.ofMillis(10));
    introduce(carol, "10.9.0.3");
    Eventually.within(
        PATIENCE,
        "Carol's handshake",
        () -> Ping.run(carol, "10.9.0.1", 3, Duration.ofMillis(50)).received() == 3);
    LockSupport.parkNanos(LENGTH.toNanos());
    Ping.Statistics echoes = established.finish();
    long grown = usedBytes() - usedBefore;
    over.set(true);
    long sent = flood.join();

    assertTrue(echoes.lost() * 100 < echoes.transmitted(), echoes.toString());
    assertTrue(sent > 10_000, "initiations: " + sent);
    assertTrue(drops(DropReason.COOKIE_DEMANDED) > 10_000, ours.device().status().toString());
    assertTrue(grown < MUCH_MEMORY_BYTES, "grown by " + grown);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Returns how many initiations were sent. */
  private long flood() {
    List<UdpSocket> sockets = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      NetworkNamespace.call(Path.of("/run/netns", mallory.name()), () -> open(sockets));
      PacketBatch batch = PacketBatch.allocate(arena, 1, 2048, 0);
      Random random = new Random(11);
      byte[] key = mac1Key();
      long sent = 0;
      while (!over.get()) {
        for (int i = 0; i < BURST; i++) {
          batch.clear();
          batch.add().copyFrom(initiation(random, key));
          batch.get(0).endpoint(Endpoint.parse("192.0.2.1:51820"));
          sent += sockets.get((int) (sent % SOURCES)).send(batch);
        }
        LockSupport.parkNanos(BURST_INTERVAL.toNanos());
      }
      return sent;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      sockets.forEach(UdpSocket::close);
    }
  }

  private static int open(List<UdpSocket> sockets) throws IOException {
    for (int i = 0; i < SOURCES; i++) {
      sockets.add(UdpSocket.open(0));
    }
    return SOURCES;
  }

  private byte[] mac1Key() {
    byte[] label = "mac1----".getBytes(StandardCharsets.US_ASCII);
    return Blake2s.hash(label, ours.device().publicKey().orElseThrow().bytes());
  }

  /** Whatever, but made for our key: with MAC1, which takes no secret. */
  private static byte[] initiation(Random random, byte[] mac1Key) {
    byte[] message = new byte[148];
    random.nextBytes(message);
    message[0] = 1;
    message[1] = message[2] = message[3] = 0;
    byte[] mac1 = Blake2s.mac(mac1Key, Arrays.copyOf(message, 116));
    System.arraycopy(mac1, 0, message, 116, mac1.length);
    Arrays.fill(message, 132, 148, (byte) 0);
    return message;
  }
}
