package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Others rename our interface, move it, bring it down and change its MTU while it carries traffic.
 *
 * <pre>
 *   alice 192.0.2.1 ---- 192.0.2.2 bob           underlay, MTU 9100
 *   ours 10.9.0.1 ======= 10.9.0.2 wireguard-go  tunnel
 * </pre>
 */
@Tag("root")
class LinkChangesTest {
  private static final Duration BRIEFLY = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
    alice.ip("link", "set", "eth0", "mtu", "9100");
    bob.ip("link", "set", "eth0", "mtu", "9100");
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
    theirs.up("10.9.0.2/24");
    ours.peer(
        PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32"))
            .withEndpoint(Endpoint.parse("192.0.2.2:51821")));
    assertReaches(alice, "10.9.0.2");
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  private String name() {
    return ours.device().interfaceName();
  }

  private static void assertReaches(Netns from, String target) {
    assertEquals(0, Ping.run(from, target, 5, BRIEFLY).lost());
  }

  private void awaitMtu(int mtu) {
    Eventually.within(PATIENCE, "MTU " + mtu, () -> ours.device().status().mtu() == mtu);
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 1420, 9000})
  void carriesPacketsOfAnyMtu(int mtu) {
    alice.ip("link", "set", name(), "mtu", Integer.toString(mtu));
    bob.ip("link", "set", theirs.interfaceName(), "mtu", Integer.toString(mtu));
    awaitMtu(mtu);
    assertFits(alice, "10.9.0.2", mtu);
    assertFits(bob, "10.9.0.1", mtu);
    Duration length = Duration.ofSeconds(1);
    assertTrue(Iperf3.run(alice, bob, "10.9.0.2", length).bitsPerSecond() > 10e6);
    assertTrue(Iperf3.run(bob, alice, "10.9.0.1", length).bitsPerSecond() > 10e6);
  }

  private static void assertFits(Netns from, String target, int mtu) {
    int payload = mtu - 20 - 8;
    ping(from, target, payload).run().requireSuccess();
    assertTrue(ping(from, target, payload + 1).run().exitCode() != 0, "longer than the MTU");
  }

  private static Command ping(Netns from, String target, int payload) {
    String size = Integer.toString(payload);
    return Command.of(
            "ping", "-n", "-c", "2", "-i", "0.1", "-W", "2", "-M", "do", "-s", size, target)
        .in(from);
  }

  @Test
  void goesOnUnderAnotherName() {
    String renamed = name() + "x";
    alice.ip("link", "set", name(), "name", renamed);
    assertReaches(alice, "10.9.0.2");
    alice.ip("link", "set", renamed, "mtu", "1300");
    awaitMtu(1300);
    assertReaches(bob, "10.9.0.1");
    assertEquals(ours.publicKey(), ours.show().publicKey());
  }

  @Test
  void isSilentWhileItsInterfaceIsDown() {
    Optional<Instant> before = theirs.show().peer(ours.publicKey()).latestHandshake();
    alice.ip("link", "set", name(), "down");
    Ping.run(bob, "10.9.0.1", 3, BRIEFLY);
    Eventually.within(
        Duration.ofSeconds(25),
        "an initiation that isn't answered",
        () -> ours.device().status().drops().containsKey(DropReason.INTERFACE_DOWN));
    assertEquals(before, theirs.show().peer(ours.publicKey()).latestHandshake());

    alice.ip("link", "set", name(), "up");
    assertReaches(alice, "10.9.0.2");
    assertReaches(bob, "10.9.0.1");
  }

  @Test
  void goesOnInAnotherNamespace() {
    Netns carol = network.namespace();
    alice.ip("link", "set", name(), "netns", carol.name());
    carol.addAddress(name(), "10.9.0.1/24");
    carol.ip("link", "set", name(), "up", "mtu", "1300");
    awaitMtu(1300);
    assertReaches(carol, "10.9.0.2");
    assertReaches(bob, "10.9.0.1");
    carol.ip("link", "set", name(), "mtu", "1350");
    awaitMtu(1350);
  }

  @Test
  void worksWhereBothEndsWereMadeInOneNamespaceAndMovedIntoTwoOthers() throws Exception {
    Netns left = network.namespace();
    Netns right = network.namespace();
    try (TunnelEnd second = TunnelEnd.open(alice, 51830, "10.8.0.2/24");
        TunnelEnd first = TunnelEnd.open(alice, 51829, "10.8.0.1/24")) {
      first.peer(
          PeerSettings.of(second.device().publicKey().orElseThrow(), Cidr.parse("10.8.0.2/32"))
              .withEndpoint(Endpoint.parse("127.0.0.1:51830")));
      second.peer(
          PeerSettings.of(first.device().publicKey().orElseThrow(), Cidr.parse("10.8.0.1/32")));
      move(first.device().interfaceName(), left, "10.8.0.1/24");
      move(second.device().interfaceName(), right, "10.8.0.2/24");
      assertReaches(left, "10.8.0.2");
      assertReaches(right, "10.8.0.1");
    }
  }

  @Test
  void worksWhereItAndAWireguardGoWereMadeInOneNamespaceAndMovedIntoTwoOthers() throws Exception {
    Netns left = network.namespace();
    Netns right = network.namespace();
    try (TunnelEnd first = TunnelEnd.open(alice, 51829, "10.8.0.1/24")) {
      WireGuardGo second = WireGuardGo.start(alice, 51830);
      first.peer(PeerSettings.of(PublicKey.parse(second.publicKey()), Cidr.parse("10.8.0.2/32")));
      second.set("peer", first.publicKey(), "allowed-ips", "10.8.0.1/32");
      second.set("peer", first.publicKey(), "endpoint", "127.0.0.1:51829");
      move(first.device().interfaceName(), left, "10.8.0.1/24");
      move(second.interfaceName(), right, "10.8.0.2/24");
      assertReaches(right, "10.8.0.1");
      assertReaches(left, "10.8.0.2");
    }
  }

  private void move(String name, Netns target, String address) {
    alice.ip("link", "set", name, "netns", target.name());
    target.addAddress(name, address);
    target.ip("link", "set", name, "up");
  }
}
