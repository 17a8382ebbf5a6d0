package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sessions with Debian's {@code wireguard-go} are renewed after two minutes, whichever side began
 * them, and no ping is lost over it. Two minutes can't be hurried where the other end isn't ours:
 * so all cases run at once, each between two hosts of its own.
 *
 * <pre>
 *   alice 192.0.2.1, 2001:db8::1 ---- 192.0.2.2, 2001:db8::2 bob   underlay
 *   ours 10.9.0.1 ==================== 10.9.0.2 wireguard-go       tunnel
 * </pre>
 */
@Tag("root")
class RekeyTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration BEYOND_THE_REKEY = Duration.ofSeconds(128);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private static final class Tunnel {
    private final String label;
    private final String name = Node.nextInterfaceName();
    private final WgKeys keys = WgKeys.generate();
    private final Netns alice;
    private final WireGuardGo theirs;
    private final Ping ping;
    private final Instant begun;

    Tunnel(Topology network, boolean weBegin, boolean overIpv6) {
      label = (weBegin ? "ours begins" : "theirs begins") + (overIpv6 ? ", IPv6" : ", IPv4");
      alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(
          alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
      theirs = WireGuardGo.start(bob, 51820);
      theirs.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
      theirs.up("10.9.0.2/24");
      startOurs();
      if (weBegin) {
        String place = overIpv6 ? "[2001:db8::2]:51820" : "192.0.2.2:51820";
        alice.exec("wg", "set", name, "peer", theirs.publicKey(), "endpoint", place);
      } else {
        String place = overIpv6 ? "[2001:db8::1]:51820" : "192.0.2.1:51820";
        theirs.set("peer", keys.publicKey(), "endpoint", place);
      }
      Netns begins = weBegin ? alice : bob;
      String target = weBegin ? "10.9.0.2" : "10.9.0.1";
      // A first initiation can be too early for a device that has just been told that it is up.
      Eventually.within(LIMIT, label, () -> Ping.run(begins, target, 1, INTERVAL).received() == 1);
      assertEquals(0, Ping.run(begins, target, 3, INTERVAL).lost(), label);
      begun = seenByUs();
      ping = Ping.start(begins, target, INTERVAL);
    }

    private void startOurs() {
      Command.zlayerOverlay("device", name).in(alice).within(LIMIT).run().requireSuccess();
      String privateKey = WgKeys.file(keys.privateKey()).toString();
      alice.exec("wg", "set", name, "private-key", privateKey, "listen-port", "51820");
      alice.exec("wg", "set", name, "peer", theirs.publicKey(), "allowed-ips", "10.9.0.2/32");
      alice.addAddress(name, "10.9.0.1/24");
      alice.ip("link", "set", name, "up");
    }

    private Instant seenByUs() {
      return WgShow.of(alice, name).peer(theirs.publicKey()).latestHandshake().orElseThrow();
    }

    private Instant seenByThem() {
      return theirs.show().peer(keys.publicKey()).latestHandshake().orElseThrow();
    }

    void assertRenewedWithoutLoss() {
      Ping.Statistics echoes = ping.finish();
      assertTrue(echoes.transmitted() > 1000, label + ": " + echoes);
      // The last answer may be under way when ping ends.
      assertTrue(echoes.lost() <= 1, label + ": " + echoes);
      for (Instant renewed : List.of(seenByUs(), seenByThem())) {
        Duration age = Duration.between(begun, renewed);
        assertTrue(age.toSeconds() >= 119 && age.toSeconds() <= 125, label + ": after " + age);
      }
    }
  }

  @Test
  void sessionsAreRenewedInTimeWithoutLoss() throws InterruptedException {
    try (Topology network = new Topology()) {
      List<Tunnel> tunnels =
          List.of(
              new Tunnel(network, true, false),
              new Tunnel(network, true, true),
              new Tunnel(network, false, false),
              new Tunnel(network, false, true));
      Thread.sleep(BEYOND_THE_REKEY);
      tunnels.forEach(Tunnel::assertRenewedWithoutLoss);
    }
  }
}
