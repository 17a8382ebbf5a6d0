package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our device and Debian's {@code wireguard-go} as peers. Only the one that is to begin the
 * handshake knows where the other is.
 *
 * <pre>
 *   alice 192.0.2.1, 2001:db8::1 ---- 192.0.2.2, 2001:db8::2 bob   underlay
 *   ours 10.9.0.1 ==================== 10.9.0.2 wireguard-go       tunnel
 * </pre>
 */
@Tag("root")
class DeviceInteroperationTest {
  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(
        alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
    theirs.up("10.9.0.2/24");
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  /** Agrees on a preshared key where one is wanted, and tells ours of the other. */
  private PeerSettings agree(boolean preshared) {
    PeerSettings peer =
        PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32"));
    if (!preshared) {
      return peer;
    }
    String key = WgKeys.presharedKey();
    theirs.set("peer", ours.publicKey(), "preshared-key", WgKeys.file(key).toString());
    return peer.withPresharedKey(PresharedKey.parse(key));
  }

  @ParameterizedTest(name = "to {0}, preshared key: {1}")
  @CsvSource({"192.0.2.2, false", "192.0.2.2, true", "[2001:db8::2], false"})
  void initiatesToWireguardGo(String place, boolean preshared) {
    ours.peer(agree(preshared).withEndpoint(Endpoint.parse(place + ":51821")));
    assertEquals(5, Ping.run(alice, "10.9.0.2", 5, Duration.ofMillis(50)).received());
    assertEquals(5, Ping.run(bob, "10.9.0.1", 5, Duration.ofMillis(50)).received());
    assertStreamsAndIsSeenByWg(preshared, place + ":51821");
  }

  @ParameterizedTest(name = "to {0} from {1}, preshared key: {2}")
  @CsvSource({
    "[2001:db8::1], [2001:db8::2], false",
    "[2001:db8::1], [2001:db8::2], true",
    "192.0.2.1, 192.0.2.2, false",
  })
  void answersWireguardGo(String place, String theirPlace, boolean preshared) {
    ours.peer(agree(preshared));
    theirs.set("peer", ours.publicKey(), "endpoint", place + ":51820");
    assertEquals(5, Ping.run(bob, "10.9.0.1", 5, Duration.ofMillis(50)).received());
    assertEquals(5, Ping.run(alice, "10.9.0.2", 5, Duration.ofMillis(50)).received());
    assertStreamsAndIsSeenByWg(preshared, theirPlace + ":51821");
  }

  private void assertStreamsAndIsSeenByWg(boolean preshared, String endpoint) {
    Duration length = Duration.ofSeconds(1);
    double sentBits = Iperf3.run(alice, bob, "10.9.0.2", length).bitsPerSecond();
    double receivedBits = Iperf3.run(bob, alice, "10.9.0.1", length).bitsPerSecond();
    assertTrue(sentBits > 10e6, "sent " + sentBits + " bit/s");
    assertTrue(receivedBits > 10e6, "received " + receivedBits + " bit/s");

    WgShow shown = ours.show();
    assertEquals(ours.publicKey(), shown.publicKey());
    assertEquals(51820, shown.listenPort());
    WgShow.Peer peer = shown.peer(theirs.publicKey());
    assertEquals(preshared, peer.hasPresharedKey());
    assertEquals(Optional.of(endpoint), peer.endpoint());
    Duration age = Duration.between(peer.latestHandshake().orElseThrow(), Instant.now());
    assertTrue(age.compareTo(Duration.ofSeconds(60)) < 0, age.toString());
    assertTrue(peer.sentBytes() > sentBits / 8, peer.toString());
    assertTrue(peer.receivedBytes() > receivedBits / 8, peer.toString());
  }
}
