package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two devices of ours over kernel TUN and UDP.
 *
 * <pre>
 *   alice 192.0.2.1, 2001:db8::1 ---- 192.0.2.2, 2001:db8::2 bob   underlay
 *   10.9.0.1, fd09::1 =========================== 10.9.0.2, fd09::2  tunnel
 * </pre>
 *
 * <p>Bob learns where alice is from what she sends.
 */
@Tag("root")
class DeviceTunnelTest {
  private static final Duration BRIEFLY = Duration.ofMillis(50);
  private static final int PORT = 51820;

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd left;
  private TunnelEnd right;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(
        alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
    left = TunnelEnd.open(alice, PORT, "10.9.0.1/24", "fd09::1/64");
    right = TunnelEnd.open(bob, PORT, "10.9.0.2/24", "fd09::2/64");
  }

  @AfterEach
  void stop() {
    try (network) {
      left.close();
      right.close();
    }
  }

  private void introduce(String bobsEndpoint) {
    left.peer(bobAsPeer().withEndpoint(Endpoint.parse(bobsEndpoint)));
    right.peer(aliceAsPeer());
  }

  private PeerSettings aliceAsPeer() {
    return PeerSettings.of(
        left.device().publicKey().orElseThrow(),
        Cidr.parse("10.9.0.1/32"),
        Cidr.parse("fd09::1/128"));
  }

  private PeerSettings bobAsPeer() {
    return PeerSettings.of(
        right.device().publicKey().orElseThrow(),
        Cidr.parse("10.9.0.2/32"),
        Cidr.parse("fd09::2/128"));
  }

  private void assertPingsBothWays() {
    assertEquals(5, Ping.run(alice, "10.9.0.2", 5, BRIEFLY).received());
    assertEquals(5, Ping.run(bob, "10.9.0.1", 5, BRIEFLY).received());
    assertEquals(5, Ping.run(alice, "fd09::2", 5, BRIEFLY).received());
    assertEquals(5, Ping.run(bob, "fd09::1", 5, BRIEFLY).received());
  }

  private String endpointOfAlice() {
    return right.show().peer(left.publicKey()).endpoint().orElseThrow();
  }

  @Test
  void carriesPingsAndStreamsOverIpv4() {
    introduce("192.0.2.2:51820");
    assertPingsBothWays();
    assertEquals("192.0.2.1:51820", endpointOfAlice());

    Duration length = Duration.ofSeconds(2);
    Iperf3.Throughput there = Iperf3.run(alice, bob, "10.9.0.2", length);
    Iperf3.Throughput back = Iperf3.run(bob, alice, "fd09::1", length);
    assertTrue(there.bitsPerSecond() > 10e6, there.toString());
    assertTrue(back.bitsPerSecond() > 10e6, back.toString());
  }

  @Test
  void carriesPingsAndStreamsOverIpv6() {
    introduce("[2001:db8::2]:51820");
    assertPingsBothWays();
    assertEquals("[2001:db8::1]:51820", endpointOfAlice());

    Iperf3.Throughput there = Iperf3.run(alice, bob, "fd09::2", Duration.ofSeconds(1));
    assertTrue(there.bitsPerSecond() > 10e6, there.toString());
  }

  /**
   * What the network can't take yet waits where flows take turns, and what finds no room there is
   * counted. The network itself holds as much as it is given.
   */
  @Test
  void losesNothingUncountedWhereTheNetworkIsSlow() {
    Tools.require("tc", "iproute2");
    String shaped = "tc qdisc add dev eth0 root tbf rate 20mbit burst 16kb limit 100mb";
    alice.exec(shaped.split(" "));
    introduce("192.0.2.2:51820");
    assertPingsBothWays();

    long lost = Iperf3.flood(alice, bob, "10.9.0.2", "100M", Duration.ofSeconds(2)).lost();
    String tunnel = left.device().interfaceName();
    String refused = alice.exec("cat", "/sys/class/net/" + tunnel + "/statistics/tx_dropped");
    long congestion = left.device().status().drops().getOrDefault(DropReason.CONGESTION, 0L);
    long counted = Long.parseLong(refused.strip()) + congestion;
    assertTrue(lost > 1000, () -> lost + " datagrams were lost");
    assertTrue(lost <= counted, () -> lost + " datagrams were lost, " + counted + " counted");
  }

  @Test
  void carriesOnAfterItsLinksWereDown() {
    introduce("192.0.2.2:51820");
    assertEquals(1, Ping.run(alice, "10.9.0.2", 1, BRIEFLY).received());
    String tunnel = right.device().interfaceName();
    bob.ip("link", "set", tunnel, "down");
    assertEquals(0, Ping.run(alice, "10.9.0.2", 3, BRIEFLY).received());
    bob.ip("link", "set", tunnel, "up");
    Eventually.within(
        Duration.ofSeconds(5),
        "a ping through the interface that is up again",
        () -> Ping.run(alice, "10.9.0.2", 1, BRIEFLY).received() == 1);

    alice.ip("link", "set", "eth0", "down");
    assertEquals(0, Ping.run(alice, "10.9.0.2", 3, BRIEFLY).received());
    alice.ip("link", "set", "eth0", "up");
    Eventually.within(
        Duration.ofSeconds(5),
        "a ping over the underlay that is up again",
        () -> Ping.run(alice, "10.9.0.2", 1, BRIEFLY).received() == 1);
  }

  @Test
  void stopsARemovedPeersTrafficAtOnce() {
    introduce("192.0.2.2:51820");
    assertEquals(1, Ping.run(alice, "10.9.0.2", 1, BRIEFLY).received());
    Ping all = Ping.start(alice, "10.9.0.2", BRIEFLY);

    assertTrue(right.device().remove(left.device().publicKey().orElseThrow()));
    assertEquals(0, Ping.run(bob, "10.9.0.1", 3, BRIEFLY).received());
    assertEquals(0, Ping.run(alice, "10.9.0.2", 3, BRIEFLY).received());
    assertTrue(all.finish().lost() > 10);
    assertTrue(right.show().peers().isEmpty());
    assertTrue(right.device().status().drops().get(DropReason.UNKNOWN_INDEX) > 0);
    assertFalse(right.device().remove(left.device().publicKey().orElseThrow()));

    right.peer(aliceAsPeer().withEndpoint(Endpoint.parse("192.0.2.1:51820")));
    assertEquals(3, Ping.run(bob, "10.9.0.1", 3, BRIEFLY).received());
  }
}
