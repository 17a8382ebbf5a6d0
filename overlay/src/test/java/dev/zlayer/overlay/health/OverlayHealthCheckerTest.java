package dev.zlayer.overlay.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From alice's end, which is ours or {@code wireguard-go}; bob's is {@code wireguard-go}.
 *
 * <pre>
 *   alice 192.0.2.1 ---- 192.0.2.2 bob            underlay
 *   10.200.0.1 =========== 10.200.0.2             overlay
 * </pre>
 */
@Tag("root")
class OverlayHealthCheckerTest {
  private static final Duration INTERVAL = Duration.ofSeconds(6);
  private static final Duration PROBE = Duration.ofMillis(1800);
  private static final InetAddress BOB = InetAddress.ofLiteral("10.200.0.2");
  private static final InetAddress BOB_V6 = InetAddress.ofLiteral("fd00:200::2");

  @TempDir private Path folder;

  private final Topology network = new Topology();
  private final BlockingQueue<PeerHealth> changes = new LinkedBlockingQueue<>();
  private Netns alice;
  private Netns bob;
  private WireGuardGo far;

  @BeforeEach
  void start() {
    Tools.require("nft", "nftables");
    alice = network.namespace();
    bob = network.namespace();
    network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
    far = WireGuardGo.start(bob, 51820);
    far.up("10.200.0.2/16", "fd00:200::2/48");
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private WireGuardGo foreignAlice() {
    WireGuardGo device = WireGuardGo.start(alice, 51820);
    far.set("peer", device.publicKey(), "allowed-ips", "10.200.0.1/32,fd00:200::1/128");
    allow(device, "10.200.0.2/32,fd00:200::2/128");
    device.up("10.200.0.1/16", "fd00:200::1/48");
    return device;
  }

  private void allow(WireGuardGo device, String allowedIps) {
    device.set("peer", far.publicKey(), "allowed-ips", allowedIps, "endpoint", "192.0.2.2:51820");
  }

  private <T> T atAlice(Callable<T> work) throws Exception {
    return NetworkNamespace.call(Path.of("/run/netns", alice.name()), work);
  }

  private void rule(String rule) {
    String ruleset =
        """
        flush ruleset
        table inet t {
          chain c {
            type filter hook input priority 0;
            %s
          }
        }
        """
            .formatted(rule);
    Command.of("nft", "-f", "-").in(bob).input(ruleset).run().requireSuccess();
  }

  private void run(OverlayHealthChecker checker) throws Exception {
    atAlice(() -> {
      checker.run(changes::add);
      return checker;
    });
  }

  private PeerHealth change(Duration limit) throws InterruptedException {
    PeerHealth change = changes.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (change == null) {
      throw new AssertionError("no change within " + limit);
    }
    return change;
  }

  @Test
  void checksAWireguardGo() throws Exception {
    WireGuardGo device = foreignAlice();
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(device.interfaceName(), INTERVAL)) {
      assertEquals(INTERVAL, checker.interval());
      Instant before = Instant.now();
      OverlayHealth health = atAlice(checker::checkAll);
      assertEquals(device.interfaceName(), health.interfaceName());
      assertFalse(health.checkedAt().isBefore(before));
      assertEquals(1, health.totalPeers());
      assertEquals(1, health.healthyPeers());
      assertEquals(0, health.unhealthyPeers());
      PeerHealth peer = health.peers().getFirst();
      assertEquals(Optional.of(BOB), peer.overlayIp());
      assertTrue(peer.lastPing().isPresent());
      assertTrue(peer.handshakeAge().orElseThrow().toSeconds() < 60);
      assertEquals(Optional.of(peer), checker.cachedStatus(PublicKey.parse(far.publicKey())));
      assertTrue(atAlice(() -> checker.pingPeer(BOB)).isPresent());
      assertTrue(atAlice(() -> checker.pingPeer(InetAddress.ofLiteral("10.200.0.99"))).isEmpty());
      assertTrue(atAlice(() -> checker.tcpCheck(BOB, 9)).isEmpty());
      bob.start("iperf3", "-s", "--forceflush", "-p5999")
          .awaitText("listening", Duration.ofSeconds(5));
      assertTrue(atAlice(() -> checker.tcpCheck(BOB, 5999)).isPresent());
    }
  }

  @Test
  void checksByIpv6() throws Exception {
    WireGuardGo device = foreignAlice();
    allow(device, "fd00:200::2/128");
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(device.interfaceName(), INTERVAL)) {
      PeerHealth peer = atAlice(checker::checkAll).peers().getFirst();
      assertEquals(Optional.of(BOB_V6), peer.overlayIp());
      assertTrue(peer.healthy());
      assertTrue(peer.lastPing().isPresent());
      assertTrue(atAlice(() -> checker.pingPeer(BOB_V6)).isPresent());
      assertTrue(atAlice(() -> checker.pingPeer(InetAddress.ofLiteral("fd00:200::99"))).isEmpty());
    }
  }

  @Test
  void thresholdsAndTheSocketsPlaceAreAsTold() throws Exception {
    String socket = foreignAlice().interfaceName() + ".sock";
    Files.createSymbolicLink(folder.resolve("there.sock"), UapiSocket.DIRECTORY.resolve(socket));
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker("there", INTERVAL)
            .withSocketDirectory(folder)
            .withThresholds(new HealthThresholds(1, 1, Duration.ofSeconds(1)))) {
      assertEquals(1, atAlice(checker::checkAll).healthyPeers());
      rule("udp dport 51820 drop;");
      assertEquals(1, atAlice(checker::checkAll).unhealthyPeers());
    }
  }

  @Test
  void keepsNoStatusBeforeTheFirstVerdict() throws Exception {
    PublicKey bob = PublicKey.parse(far.publicKey());
    rule("udp dport 51820 drop;");
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(foreignAlice().interfaceName(), INTERVAL)) {
      assertEquals(1, atAlice(checker::checkAll).unhealthyPeers());
      assertEquals(Optional.empty(), checker.cachedStatus(bob));
      atAlice(checker::checkAll);
      assertFalse(checker.cachedStatus(bob).orElseThrow().healthy());
    }
  }

  @Test
  void reportsACutAndItsHealingOfAWireguardGo() throws Exception {
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(foreignAlice().interfaceName(), INTERVAL)) {
      reportsACutAndItsHealing(checker);
    }
  }

  @Test
  void reportsACutAndItsHealingOfOurs() throws Exception {
    String name = "zlh" + ProcessHandle.current().pid();
    try (OverlayBootstrap leader =
            OverlayBootstrap.initLeader(
                "10.200.0.0/16", 51820, folder, BootstrapOptions.DEFAULT.withInterfaceName(name));
        OverlayHealthChecker checker = new OverlayHealthChecker(name, INTERVAL)) {
      leader.addPeer(PeerConfig.of("bob", far.publicKey(), "192.0.2.2:51820", BOB));
      far.set("peer", leader.publicKey().toBase64(), "allowed-ips", "10.200.0.1/32");
      atAlice(() -> {
        leader.start();
        return leader;
      });
      reportsACutAndItsHealing(checker);
    }
  }

  private void reportsACutAndItsHealing(OverlayHealthChecker checker) throws Exception {
    run(checker);
    assertTrue(change(INTERVAL.plus(PROBE)).healthy());
    // What was received just before the cut speaks for bob at the next check.
    assertTrue(atAlice(() -> checker.pingPeer(BOB)).isPresent());
    rule("udp dport 51820 drop;");
    PeerHealth down = change(INTERVAL.multipliedBy(3));
    assertFalse(down.healthy());
    assertEquals(2, down.failureCount());
    rule("accept;");
    assertTrue(change(INTERVAL).healthy());
  }

  /** Bob has a session all the time: what he sends says enough, and yet he is pinged. */
  @Test
  void pingsAlsoWhoSentSomethingIfToldTo() throws Exception {
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(foreignAlice().interfaceName(), INTERVAL).pingingAll()) {
      atAlice(checker::checkAll);
      assertTrue(atAlice(() -> checker.pingPeer(BOB)).isPresent());
      PeerHealth peer = atAlice(checker::checkAll).peers().getFirst();
      assertTrue(peer.lastPing().isPresent());
      assertEquals(2, peer.pings().sent());
    }
  }

  @Test
  void aPeerOfOursIsUpAsSoonAsItIsHeardFromAgain() throws Exception {
    Duration interval = Duration.ofSeconds(10);
    String name = "zlh" + ProcessHandle.current().pid();
    rule("udp dport 51820 drop;");
    try (OverlayBootstrap leader =
        OverlayBootstrap.initLeader(
                "10.200.0.0/16", 51820, folder, BootstrapOptions.DEFAULT.withInterfaceName(name))
            .withHealthInterval(interval)) {
      leader.addPeer(PeerConfig.of("bob", far.publicKey(), "192.0.2.2:51820", BOB));
      atAlice(() -> {
        leader.start();
        return leader;
      });
      Eventually.within(
          interval.multipliedBy(3),
          "DOWN",
          () -> health(leader).filter(h -> !h.healthy()).isPresent());
      Instant down = health(leader).orElseThrow().since().orElseThrow();
      rule("accept;");
      far.set(
          "peer", leader.publicKey().toBase64(),
          "allowed-ips", "10.200.0.1/32",
          "endpoint", "192.0.2.1:51820");
      Command.of("ping", "-c1", "-W3", "10.200.0.1").in(bob).output();
      Eventually.within(
          Duration.ofSeconds(3),
          "UP",
          () -> health(leader).filter(PeerHealth::healthy).isPresent());
      Instant up = health(leader).orElseThrow().since().orElseThrow();
      Instant nextCheck = down.minus(PROBE).plus(interval);
      assertTrue(up.isBefore(nextCheck), () -> "UP at " + up + ", by the check of " + nextCheck);
    }
  }

  private static Optional<PeerHealth> health(OverlayBootstrap node) {
    return node.status().peers().getFirst().health();
  }

  @Test
  void doesNotFlapOnTenPercentLoss() throws Exception {
    try (OverlayHealthChecker checker =
        new OverlayHealthChecker(foreignAlice().interfaceName(), Duration.ofMillis(100))) {
      run(checker);
      assertTrue(change(INTERVAL.plus(PROBE)).healthy());
      rule("udp dport 51820 numgen random mod 100 < 10 drop;");
      assertEquals(null, changes.poll(8, TimeUnit.SECONDS));
      PeerHealth peer = checker.cachedStatus(PublicKey.parse(far.publicKey())).orElseThrow();
      assertTrue(peer.healthy());
    }
  }

  @Test
  void saysThatThereIsNoSuchInterface() {
    try (OverlayHealthChecker checker = new OverlayHealthChecker("zl-none", INTERVAL)) {
      OverlayException e = assertThrows(OverlayException.class, checker::checkAll);
      assertTrue(e.getMessage().contains("/var/run/wireguard/zl-none.sock"), e.getMessage());
    }
  }
}
