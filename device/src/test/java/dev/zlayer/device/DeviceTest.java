package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.io.File;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two devices, A at 10.0.0.1 and B at 10.0.0.2, over ports in memory. */
class DeviceTest {
  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryTun hostA = new MemoryTun("zltest-a");
  private final MemoryTun hostB = new MemoryTun("zltest-b");
  private final MemoryNetwork.Port portA = network.open("192.0.2.1:51820");
  private final MemoryNetwork.Port portB = network.open("192.0.2.2:51820");
  private Device a;
  private Device b;

  @BeforeEach
  void start() {
    a = device(hostA, portA);
    b = device(hostB, portB);
    a.configure(PeerSettings.of(key(b), Cidr.parse("10.0.0.2/32")).withEndpoint(portB.local));
    b.configure(PeerSettings.of(key(a), Cidr.parse("10.0.0.1/32")));
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  private static Device device(MemoryTun tun, MemoryNetwork.Port port) {
    PrivateKey key = PrivateKey.generate(new SecureRandom()::nextBytes);
    return MemoryDevice.start(tun, port, Optional.of(key));
  }

  private static PublicKey key(Device device) {
    return device.publicKey().orElseThrow();
  }

  @Test
  void carriesPacketsBothWays() throws Exception {
    byte[] ping = Packets.ipv4(1, 2, "ping");
    byte[] pong = Packets.ipv4(2, 1, "pong");
    hostA.send(ping);
    assertArrayEquals(ping, hostB.receive());
    hostB.send(pong);
    assertArrayEquals(pong, hostA.receive());
    assertEquals(portA.local, b.peers().getFirst().settings().endpoint().orElseThrow());
  }

  @Test
  void leavesNoDescriptorsOpenWhereItCannotStart() {
    int attempts = 20;
    int before = openDescriptors();
    for (int i = 0; i < attempts; i++) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Device.start(hostA, portA, Crypto.system(), Optional.empty(), 0));
    }
    // The JVM may open some of its own meanwhile.
    assertTrue(openDescriptors() < before + attempts, () -> before + ", " + openDescriptors());
  }

  private static int openDescriptors() {
    return new File("/proc/self/fd").list().length;
  }

  @Test
  void initiatesToKnownEndpointsWithoutTraffic() throws Exception {
    a.initiateAll();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (b.peers().getFirst().lastHandshake().isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertTrue(b.peers().getFirst().lastHandshake().isPresent());
  }

  @Test
  void carriesThousandsOfPacketsInOrder() throws Exception {
    int packets = 5000;
    hostA.send(Packets.ipv4(1, 2, "first"));
    hostB.receive();
    for (int i = 0; i < packets; i++) {
      hostA.send(Packets.ipv4(1, 2, "packet " + i));
    }
    for (int i = 0; i < packets; i++) {
      assertArrayEquals(Packets.ipv4(1, 2, "packet " + i), hostB.receive());
    }
  }

  @Test
  void stopsARemovedPeersTraffic() throws Exception {
    hostA.send(Packets.ipv4(1, 2, "before"));
    hostB.receive();
    assertTrue(b.remove(key(a)));
    hostA.send(Packets.ipv4(1, 2, "after"));
    assertTrue(hostB.receivesNothing());
  }

  @Test
  void closesEverythingAndLeavesNoThread() {
    a.close();
    a.close();
    assertTrue(hostA.closed);
    assertTrue(portA.closed);
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("zltest-a")));
    assertTrue(a.ended().toCompletableFuture().isDone());
  }

  @Test
  void tellsWhatTookTheInterfaceAway() {
    hostA.vanish();
    ExecutionException ended =
        assertThrows(
            ExecutionException.class,
            () -> a.ended().toCompletableFuture().get(5, TimeUnit.SECONDS));
    assertTrue(ended.getCause().getMessage().contains("the interface is gone"));
  }

  @Test
  void refusesSettingsOutOfRange() {
    Optional<PrivateKey> key = Optional.empty();
    assertThrows(
        IllegalArgumentException.class,
        () -> new DeviceSettings("zl0", key, 70_000, 1420, List.of(), true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DeviceSettings("zl0", key, 0, 100, List.of(), true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new InterfaceAddress(InetAddress.ofLiteral("10.0.0.1"), 33));
  }

  @Test
  void restsWhileOthersHaveBroughtItsInterfaceDown() throws Exception {
    byte[] ping = Packets.ipv4(1, 2, "ping");
    hostA.send(ping);
    assertArrayEquals(ping, hostB.receive());
    hostB.change(new LinkState(1420, false));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    boolean rests = false;
    while (!rests && System.nanoTime() < deadline) {
      hostA.send(ping);
      rests = hostB.receivesNothing();
    }
    assertTrue(rests);
    hostB.change(new LinkState(1420, true));
    byte[] pong = Packets.ipv4(2, 1, "pong");
    hostB.send(pong);
    assertArrayEquals(pong, hostA.receive());
  }

  @Test
  void takesTheMtuThatOthersGiveItsInterface() throws Exception {
    hostA.change(new LinkState(9000, true));
    byte[] packet = Packets.ipv4(1, 2, "x".repeat(8000));
    hostA.send(packet);
    assertArrayEquals(packet, hostB.receive());
    Eventually.within(Duration.ofSeconds(5), "the MTU", () -> a.status().mtu() == 9000);
  }

  @Test
  void respondsAtRestAndUnderLoad() throws Exception {
    assertTrue(a.responds(Duration.ofSeconds(5)));
    for (int i = 0; i < 5000; i++) {
      hostA.send(Packets.ipv4(1, 2, "packet " + i));
    }
    assertTrue(a.responds(Duration.ofSeconds(5)));
    assertTrue(b.responds(Duration.ofSeconds(5)));
  }

  @Test
  void doesNotRespondWhileAThreadHangs() throws Exception {
    hostA.reading.acquire();
    try {
      hostA.send(Packets.ipv4(1, 2, "ping"));
      Eventually.within(Duration.ofSeconds(5), "a hang", () -> !responds(a, Duration.ofMillis(50)));
      assertFalse(a.responds(Duration.ofMillis(300)));
    } finally {
      hostA.reading.release();
    }
    assertTrue(a.responds(Duration.ofSeconds(5)));
  }

  private static boolean responds(Device device, Duration limit) {
    try {
      return device.responds(limit);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
