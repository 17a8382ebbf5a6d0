package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the IP headers of our datagrams say: which of our addresses they come from, and how they met
 * congestion.
 *
 * <pre>
 *   alice 192.0.2.1, .11, 2001:db8::1, ::11 ---- 192.0.2.2, 2001:db8::2 bob   underlay
 *   ours 10.9.0.1 ============================== 10.9.0.2                     tunnel
 * </pre>
 */
@Tag("root")
class UnderlayHeaderTest {
  private static final Duration BRIEFLY = Duration.ofMillis(50);

  private final Topology network = new Topology();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;

  @BeforeEach
  void start() throws Exception {
    alice = network.namespace();
    bob = network.namespace();
    network.connect(
        alice.nic("192.0.2.1/24", "192.0.2.11/24", "2001:db8::1/64", "2001:db8::11/64"),
        bob.nic("192.0.2.2/24", "2001:db8::2/64"));
    ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  private static void assertReaches(Netns from, String target) {
    assertEquals(0, Ping.run(from, target, 5, BRIEFLY).lost());
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 24",
    "192.0.2.11, 24",
    "2001:db8::1, 64",
    "2001:db8::11, 64",
  })
  void answersFromTheAddressThatIsAddressedAsLongAsItHasIt(String address, int prefixLength) {
    WireGuardGo theirs = WireGuardGo.start(bob, 51821);
    String endpoint = bracketed(address);
    theirs.set(
        "peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32", "endpoint", endpoint + ":51820");
    theirs.up("10.9.0.2/24");
    ours.peer(PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32")));
    assertReaches(bob, "10.9.0.1");
    assertReaches(alice, "10.9.0.2");
    assertEquals(
        endpoint + ":51820",
        theirs.show().peer(ours.publicKey()).endpoint().orElseThrow(),
        "it would have roamed");

    alice.ip("address", "delete", address + "/" + prefixLength, "dev", "eth0");
    alice.ip("-4", "address", "replace", "192.0.2.12/24", "dev", "eth0");
    assertReaches(alice, "10.9.0.2");
    assertReaches(bob, "10.9.0.1");
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.2", "2001:db8::2"})
  void carriesCongestionMarksAcross(String place) throws Exception {
    Tools.require("nft", "nftables");
    try (TunnelEnd theirs = TunnelEnd.open(bob, 51821, "10.9.0.2/24")) {
      ours.peer(
          PeerSettings.of(theirs.device().publicKey().orElseThrow(), Cidr.parse("10.9.0.2/32"))
              .withEndpoint(Endpoint.parse(bracketed(place) + ":51821")));
      theirs.peer(
          PeerSettings.of(ours.device().publicKey().orElseThrow(), Cidr.parse("10.9.0.1/32")));
      assertReaches(alice, "10.9.0.2");
      markCongestion(place.contains(":") ? "ip6" : "ip", theirs.device().interfaceName());

      assertEquals(0, ping("-Q", "2").exitCode());
      assertEquals("5", counted("outside"));
      assertEquals("5", counted("inside"));
      assertTrue(ping().exitCode() != 0, "what can't carry the mark is dropped");
      assertEquals(5, theirs.device().status().drops().get(DropReason.CONGESTION));
    }
  }

  private Execution ping(String... options) {
    String line = "ping -n -c 5 -i 0.05 -W 1 " + String.join(" ", options) + " 10.9.0.2";
    return Command.of(line.split(" +")).in(alice).run();
  }

  /** Counts what is capable outside, marks everything outside, and counts what is marked inside. */
  private void markCongestion(String family, String tunnel) {
    String rules =
        """
        table inet t {
          counter outside {}
          counter inside {}
          chain prerouting {
            type filter hook prerouting priority mangle;
            iifname "eth0" udp dport 51821 FAMILY ecn ect0 counter name "outside"
            iifname "eth0" udp dport 51821 FAMILY ecn set ce
            iifname "TUNNEL" icmp type echo-request ip ecn ce counter name "inside"
          }
        }
        """
            .replace("FAMILY", family)
            .replace("TUNNEL", tunnel);
    Command.of("nft", "-f", "-").in(bob).input(rules).run().requireSuccess();
  }

  private String counted(String counter) {
    String shown = bob.exec("nft", "list", "counter", "inet", "t", counter);
    return shown.replaceAll("(?s).*packets (\\d+) .*", "$1");
  }
}
