package dev.zlayer.overlay;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.health.HealthThresholds;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.state.DataDirectoryInUseException;
import dev.zlayer.overlay.state.StateFileException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node does without an interface, and so without privileges. */
class OverlayBootstrapTest {
  private static final int PORT = 51820;
  private static final String NETWORK = "10.200.0.0/24";

  @TempDir Path temp;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = temp.resolve("node");
  }

  private OverlayBootstrap leader() {
    return OverlayBootstrap.initLeader(NETWORK, PORT, directory);
  }

  private OverlayBootstrap join(String ip) {
    return OverlayBootstrap.join(
        NETWORK, "vpn.example.org:51820", key(1), ip("10.200.0.1"), ip(ip), PORT, directory);
  }

  private static InetAddress ip(String text) {
    return IpText.parse(text);
  }

  @Test
  void constantsAreThoseOfTheOriginal() {
    assertEquals(51820, OverlayBootstrap.DEFAULT_WG_PORT);
    assertEquals(15353, OverlayBootstrap.DEFAULT_DNS_PORT);
    assertEquals("10.200.0.0/16", OverlayBootstrap.DEFAULT_OVERLAY_CIDR);
    assertEquals("fd00:200::/48", OverlayBootstrap.DEFAULT_OVERLAY_CIDR_V6);
    assertEquals("zl-overlay0", OverlayBootstrap.DEFAULT_INTERFACE_NAME);
    assertEquals(Duration.ofSeconds(25), OverlayBootstrap.DEFAULT_KEEPALIVE);
    assertEquals(Duration.ofSeconds(30), OverlayBootstrap.DEFAULT_HEALTH_INTERVAL);
    assertEquals(Duration.ofMinutes(3), HealthThresholds.DEFAULT.handshakeTimeout());
  }

  @Test
  void healthIntervalIsASecondAtLeast() {
    try (OverlayBootstrap node = leader()) {
      node.withHealthInterval(Duration.ofSeconds(1));
      assertThrows(
          IllegalArgumentException.class, () -> node.withHealthInterval(Duration.ofMillis(999)));
    }
  }

  @Test
  void leaderHasTheFirstAddressAndNoPeers() throws IOException {
    try (OverlayBootstrap node = leader()) {
      assertTrue(node.isLeader());
      assertEquals(ip("10.200.0.1"), node.nodeIp());
      assertEquals(NETWORK, node.cidr().toString());
      assertEquals("zl-overlay0", node.interfaceName());
      assertEquals(PORT, node.port());
      assertEquals(List.of(), node.peers());
      assertEquals(Optional.of(ip("10.200.0.2")), node.nextFreeAddress());
      assertTrue(node.ended().toCompletableFuture().isDone());
    }
    assertEquals("rwx------", mode(directory));
    assertEquals("rw-------", mode(directory.resolve("overlay_bootstrap.json")));
  }

  @Test
  void workerKnowsItsLeaderAndLeasesNothing() {
    BootstrapOptions options =
        BootstrapOptions.DEFAULT
            .withInterfaceName("zl7")
            .withEndpoint(HostPort.parse("192.0.2.7:7"))
            .withLeaderPresharedKey(presharedKey(2));
    try (OverlayBootstrap node =
        OverlayBootstrap.join(
            NETWORK,
            "vpn.example.org:51820",
            key(1),
            ip("10.200.0.1"),
            ip("10.200.0.7"),
            7,
            directory,
            options)) {
      assertFalse(node.isLeader());
      assertEquals(ip("10.200.0.7"), node.nodeIp());
      assertEquals(Optional.empty(), node.nextFreeAddress());
      PeerConfig leader =
          PeerConfig.of("leader", key(1), "vpn.example.org:51820", ip("10.200.0.1"))
              .withPresharedKey(presharedKey(2));
      assertEquals(List.of(leader), node.peers());
      assertEquals("zl7", node.node().interfaceName());
      assertEquals(Optional.of(HostPort.parse("192.0.2.7:7")), node.node().endpoint());
      assertThrows(MeshRefusal.class, () -> node.addPeer(PeerConfig.of("b", key(3))));
    }
  }

  @Test
  void everyNodeHasAKeyOfItsOwn() {
    try (OverlayBootstrap one = leader();
        OverlayBootstrap other =
            OverlayBootstrap.initLeader(NETWORK, PORT, temp.resolve("other"))) {
      assertNotEquals(one.publicKey(), other.publicKey());
    }
  }

  @Test
  void peersComeGoAndSurviveARestart() {
    NodeDescription before;
    PeerConfig web;
    try (OverlayBootstrap node = leader()) {
      web = node.addPeer(PeerConfig.of("web", key(1), "192.0.2.2:51820").withHostname("www"));
      PeerConfig given = PeerConfig.of("db", key(2)).withOverlayIp(ip("10.200.0.9"));
      assertEquals(given, node.addPeer(given));
      assertEquals(Optional.of(ip("10.200.0.2")), web.overlayIp());
      assertEquals(given, node.removePeer("db"));
      before = node.node();
    }
    try (OverlayBootstrap node = OverlayBootstrap.load(directory)) {
      assertEquals(before, node.node());
      assertEquals(List.of(web), node.peers());
      assertEquals(web, node.removePeer("WWW"));
    }
    try (OverlayBootstrap node = OverlayBootstrap.load(directory)) {
      assertEquals(List.of(), node.peers());
      assertEquals(Optional.of(ip("10.200.0.3")), node.nextFreeAddress());
    }
  }

  @Test
  void askingForTheNextAddressLeasesNothing() throws IOException {
    try (OverlayBootstrap node = leader()) {
      byte[] before = state();
      assertEquals(node.nextFreeAddress(), node.nextFreeAddress());
      assertArrayEquals(before, state());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/33, 51820, zl0",
    "10.200.0.1/24, 51820, zl0",
    "10.200.0.1/32, 51820, zl0",
    "10.200.0.0/24, 0, zl0",
    "10.200.0.0/24, 65536, zl0",
    "10.200.0.0/24, 51820, sixteen-letters-",
    "10.200.0.0/24, 51820, a/b",
    "10.200.0.0/24, 51820, zl%d",
  })
  void refusedSetUpLeavesNothing(String cidr, int port, String interfaceName) {
    BootstrapOptions options = BootstrapOptions.DEFAULT.withInterfaceName(interfaceName);
    assertThrows(
        RuntimeException.class,
        () -> OverlayBootstrap.initLeader(cidr, port, directory, options).close());
    assertFalse(Files.exists(directory));
  }

  @ParameterizedTest
  @CsvSource({"10.200.0.1", "10.200.0.0", "10.200.0.255", "10.200.1.1", "fd00::1"})
  void refusedJoinLeavesNothing(String ip) {
    assertThrows(RuntimeException.class, () -> join(ip).close());
    assertFalse(Files.exists(directory));
  }

  @Test
  void nodeIsSetUpOnce() throws IOException {
    leader().close();
    byte[] before = state();
    assertThrows(StateFileException.class, () -> leader().close());
    assertThrows(StateFileException.class, () -> join("10.200.0.7").close());
    assertArrayEquals(before, state());
  }

  @Test
  void loadMakesNothingWhereNothingWasSetUp() {
    assertThrows(StateFileException.class, () -> OverlayBootstrap.load(directory).close());
    assertFalse(Files.exists(directory));
  }

  @Test
  void secondOwnerIsRefusedByPid() {
    try (OverlayBootstrap node = leader()) {
      var refusal =
          assertThrows(
              DataDirectoryInUseException.class, () -> OverlayBootstrap.load(directory).close());
      assertTrue(refusal.getMessage().contains("process " + ProcessHandle.current().pid()));
      assertEquals(ip("10.200.0.1"), node.nodeIp());
    }
    OverlayBootstrap.load(directory).close();
  }

  @Test
  void damagedStateIsNeverOverwrittenAndLeavesTheDirectoryFree() throws IOException {
    leader().close();
    Path file = directory.resolve("overlay_bootstrap.json");
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = "{\"config\":".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Files.write(file, damaged);
    assertThrows(StateFileException.class, () -> OverlayBootstrap.load(directory).close());
    assertThrows(StateFileException.class, () -> leader().close());
    assertArrayEquals(damaged, state());
    Files.write(file, whole);
    OverlayBootstrap.load(directory).close();
  }

  @Test
  void changeThatCannotBeWrittenDownHasNotHappened() throws IOException {
    try (OverlayBootstrap node = leader()) {
      PeerConfig web = node.addPeer(PeerConfig.of("web", key(1)));
      byte[] before = state();
      Path obstacle = directory.resolve("overlay_bootstrap.json.tmp/obstacle");
      Files.createDirectories(obstacle);

      assertThrows(StateFileException.class, () -> node.addPeer(PeerConfig.of("db", key(2))));
      assertThrows(StateFileException.class, () -> node.removePeer("web"));
      assertThrows(StateFileException.class, () -> node.reconfigure("zl9", 9, Optional.empty()));
      assertArrayEquals(before, state());
      assertEquals(List.of(web), node.peers());
      assertEquals("zl-overlay0", node.interfaceName());

      Files.delete(obstacle);
      Files.delete(obstacle.getParent());
      PeerConfig db = node.addPeer(PeerConfig.of("db", key(2)));
      assertEquals(Optional.of(ip("10.200.0.3")), db.overlayIp());
    }
  }

  @Test
  void refusedPeerChangesNothing() throws IOException {
    try (OverlayBootstrap node = leader()) {
      node.addPeer(PeerConfig.of("web", key(1)).withHostname("www"));
      byte[] before = state();
      PeerConfig fresh = PeerConfig.of("db", key(2));
      for (PeerConfig refused :
          List.of(
              PeerConfig.of("web", key(2)),
              PeerConfig.of("db", key(1)),
              PeerConfig.of("db", node.publicKey().toBase64()),
              fresh.withHostname("WWW"),
              fresh.withOverlayIp(ip("10.200.0.1")),
              fresh.withOverlayIp(ip("10.200.0.2")),
              fresh.withOverlayIp(ip("10.200.0.0")),
              fresh.withOverlayIp(ip("10.200.0.255")),
              fresh.withOverlayIp(ip("10.201.0.1")))) {
        assertThrows(MeshRefusal.class, () -> node.addPeer(refused), refused::toString);
      }
      assertThrows(MeshRefusal.class, () -> node.removePeer("nobody"));
      assertArrayEquals(before, state());
      assertEquals(1, node.peers().size());
    }
  }

  @Test
  void reconfigurationIsKept() {
    try (OverlayBootstrap node = leader()) {
      node.reconfigure("zl9", 9, Optional.of(HostPort.parse("[2001:db8::1]:9")));
      assertThrows(
          IllegalArgumentException.class, () -> node.reconfigure("zl9", 0, Optional.empty()));
    }
    try (OverlayBootstrap node = OverlayBootstrap.load(directory)) {
      assertEquals("zl9", node.interfaceName());
      assertEquals(9, node.port());
      assertEquals(Optional.of(HostPort.parse("[2001:db8::1]:9")), node.node().endpoint());
    }
  }

  @Test
  void failedStartLeavesNothingAndMayBeRepeated() throws IOException {
    try (DatagramSocket taken = new DatagramSocket();
        OverlayBootstrap node =
            OverlayBootstrap.initLeader(NETWORK, taken.getLocalPort(), directory)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        var refusal = assertThrows(OverlayException.class, node::start);
        assertTrue(
            refusal.getMessage().contains("UDP port " + taken.getLocalPort()),
            refusal.getMessage());
        assertTrue(node.ended().toCompletableFuture().isDone());
      }
      assertThrows(OverlayException.class, node::status);
      assertFalse(Administration.isRunning(directory));
      try (Stream<Path> files = Files.list(directory)) {
        assertEquals(
            List.of("overlay.lock", "overlay_bootstrap.json"),
            files.map(file -> file.getFileName().toString()).sorted().toList());
      }
    }
  }

  @Test
  void closedNodeWritesNothing() throws IOException {
    OverlayBootstrap node = leader();
    node.close();
    node.close();
    byte[] before = state();
    assertThrows(OverlayException.class, () -> node.addPeer(PeerConfig.of("web", key(1))));
    assertThrows(OverlayException.class, () -> node.removePeer("web"));
    assertThrows(OverlayException.class, () -> node.reconfigure("zl9", 9, Optional.empty()));
    assertThrows(OverlayException.class, node::start);
    assertArrayEquals(before, state());
  }

  @Test
  void administrationOfAnIdleNodeIsTheNodeItself() {
    leader().close();
    try (Administration node = Administration.of(directory)) {
      assertEquals(ip("10.200.0.1"), node.node().nodeIp());
      assertThrows(OverlayException.class, node::status);
    }
    var idle =
        assertThrows(OverlayException.class, () -> Administration.ofRunning(directory).close());
    assertEquals("no node runs on " + directory + ": start it with up", idle.getMessage());
    Path nothing = temp.resolve("nothing");
    assertThrows(StateFileException.class, () -> Administration.ofRunning(nothing).close());
  }

  private byte[] state() throws IOException {
    return Files.readAllBytes(directory.resolve("overlay_bootstrap.json"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
