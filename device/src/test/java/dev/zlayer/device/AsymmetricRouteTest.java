package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our device on a host of two uplinks, of which its routes use the first alone: what comes in by
 * the second is answered by the first, and yet from the address that was asked.
 *
 * <pre>
 *   alice eth0 192.0.2.1, 2001:db8:0::1 ------- router ---- 203.0.113.2, 2001:db8:2::2 bob
 *         eth1 198.51.100.1, 2001:db8:1::1 ----
 *   ours 10.9.0.1 ========================================= 10.9.0.2 wireguard-go
 * </pre>
 */
@Tag("root")
class AsymmetricRouteTest {
  private static final Duration BRIEFLY = Duration.ofMillis(50);

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    Netns router = network.namespace();
    network.connect(
        alice.nic("192.0.2.1/24", "2001:db8:0::1/64"),
        router.nic("192.0.2.254/24", "2001:db8:0::fe/64"));
    network.connect(
        alice.nic("198.51.100.1/24", "2001:db8:1::1/64"),
        router.nic("198.51.100.254/24", "2001:db8:1::fe/64"));
    network.connect(
        bob.nic("203.0.113.2/24", "2001:db8:2::2/64"),
        router.nic("203.0.113.254/24", "2001:db8:2::fe/64"));
    router.exec(
        "sh", "-c", "cd /proc/sys/net; echo 1 | tee ipv4/ip_forward ipv6/conf/all/forwarding");
    for (Netns namespace : List.of(alice, router)) {
      namespace.exec("sh", "-c", "echo 0 | tee /proc/sys/net/ipv4/conf/*/rp_filter");
    }
    alice.ip("route", "add", "default", "via", "192.0.2.254");
    alice.ip("-6", "route", "add", "default", "via", "2001:db8:0::fe");
    bob.ip("route", "add", "default", "via", "203.0.113.254");
    bob.ip("-6", "route", "add", "default", "via", "2001:db8:2::fe");
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.up("10.9.0.2/24");
    ours.peer(PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32")));
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  /** A router just set up takes a second to find its neighbours. */
  private void awaitUnderlay(String address) {
    Eventually.within(
        Duration.ofSeconds(10),
        "a way to " + address,
        () -> Ping.run(bob, address, 1, BRIEFLY).received() == 1);
  }

  @ParameterizedTest
  @CsvSource({"198.51.100.1, 198.51.100.1:51820", "2001:db8:1::1, [2001:db8:1::1]:51820"})
  void answersFromTheAddressThatWasAskedByAnotherInterface(String address, String endpoint) {
    awaitUnderlay(address);
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32", "endpoint", endpoint);
    assertEquals(0, Ping.run(bob, "10.9.0.1", 5, BRIEFLY).lost());
    assertEquals(0, Ping.run(alice, "10.9.0.2", 5, BRIEFLY).lost());
    assertEquals(endpoint, theirs.show().peer(ours.publicKey()).endpoint().orElseThrow());
  }
}
