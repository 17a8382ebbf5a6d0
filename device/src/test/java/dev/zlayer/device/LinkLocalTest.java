package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Nic;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Peers that know each other by link-local addresses. Alice has the same one on two cables: only
 * the interface says which is meant.
 *
 * <pre>
 *   nobody ---- eth0 fe80::1 alice fe80::1 eth1 ---- eth0 fe80::2 bob   underlay
 *                   ours 10.9.0.1 ================ 10.9.0.2 wireguard-go   tunnel
 * </pre>
 */
@Tag("root")
class LinkLocalTest {
  private static final Duration BRIEFLY = Duration.ofMillis(50);
  private static final String BOBS_PLACE = "[fe80::2%eth1]:51821";

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    Netns nobody = network.namespace();
    network.connect(alice.nic("fe80::1/64"), nobody.nic());
    Nic left = alice.nic("fe80::1/64");
    network.connect(left, bob.nic("fe80::2/64"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.up("10.9.0.2/24");
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
    ours.peer(PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32")));
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  private void assertTheyTalk() {
    assertEquals(0, Ping.run(alice, "10.9.0.2", 5, BRIEFLY).lost());
    assertEquals(0, Ping.run(bob, "10.9.0.1", 5, BRIEFLY).lost());
    assertEquals(Optional.of(BOBS_PLACE), endpointOfBob());
    String ourPlace = theirs.show().peer(ours.publicKey()).endpoint().orElseThrow();
    assertTrue(ourPlace.startsWith("[fe80::1"), ourPlace); // it keeps the interface to itself
  }

  private Optional<String> endpointOfBob() {
    return ours.show().peer(theirs.publicKey()).endpoint();
  }

  private void tellOursOfBob() {
    alice.exec(
        "wg",
        "set",
        ours.device().interfaceName(),
        "peer",
        theirs.publicKey(),
        "endpoint",
        BOBS_PLACE);
  }

  @Test
  void sendsByTheInterfaceThatTheEndpointNames() {
    tellOursOfBob();
    assertEquals(Optional.of(BOBS_PLACE), endpointOfBob());
    assertTheyTalk();
  }

  @Test
  void answersByTheInterfaceThatItWasAskedBy() {
    theirs.set("peer", ours.publicKey(), "endpoint", "[fe80::1%eth0]:51820");
    assertEquals(0, Ping.run(bob, "10.9.0.1", 5, BRIEFLY).lost());
    assertTheyTalk();
  }

  /** As at boot, when an interface is configured before its underlay is up. */
  @Test
  void takesAnEndpointOnAnInterfaceThatIsStillDown() {
    alice.ip("link", "set", "eth1", "down");
    tellOursOfBob();
    assertEquals(Optional.of(BOBS_PLACE), endpointOfBob());
    alice.ip("link", "set", "eth1", "up");
    alice.addAddress("eth1", "fe80::1/64");
    assertTheyTalk();
  }
}
