package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Sessions with Debian's {@code wireguard-go} are renewed after two minutes, whichever side began
 * them, and no ping is lost over it. Two minutes can't be hurried where the other end isn't ours:
 * so all cases run at once, each between two hosts of its own.
 */
@Tag("root")
class RekeyTest {
  private static final Duration BEYOND_THE_REKEY = Duration.ofSeconds(128);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private static final class Tunnel implements AutoCloseable {
    private final String name;
    private final TunnelEnd ours;
    private final WireGuardGo theirs;
    private final Ping ping;
    private final Instant begun;

    Tunnel(Topology network, boolean weBegin, boolean overIpv6) throws Exception {
      name = (weBegin ? "ours" : "theirs") + (overIpv6 ? " over IPv6" : " over IPv4");
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(
          alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
      ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24");
      theirs = WireGuardGo.start(bob, 51820);
      theirs.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
      theirs.up("10.9.0.2/24");
      PeerSettings peer =
          PeerSettings.of(PublicKey.parse(theirs.publicKey()), Cidr.parse("10.9.0.2/32"));
      if (weBegin) {
        String place = overIpv6 ? "[2001:db8::2]:51820" : "192.0.2.2:51820";
        ours.peer(peer.withEndpoint(Endpoint.parse(place)));
      } else {
        ours.peer(peer);
        String place = overIpv6 ? "[2001:db8::1]:51820" : "192.0.2.1:51820";
        theirs.set("peer", ours.publicKey(), "endpoint", place);
      }
      Netns begins = weBegin ? alice : bob;
      String target = weBegin ? "10.9.0.2" : "10.9.0.1";
      assertEquals(0, Ping.run(begins, target, 3, INTERVAL).lost(), name);
      begun = handshakeSeenByUs();
      ping = Ping.start(begins, target, INTERVAL);
    }

    private Instant handshakeSeenByUs() {
      return ours.show().peer(theirs.publicKey()).latestHandshake().orElseThrow();
    }

    void assertRenewedWithoutLoss() {
      Ping.Statistics echoes = ping.finish();
      assertTrue(echoes.transmitted() > 1000, name + ": " + echoes);
      // The last answer may be under way when ping ends.
      assertTrue(echoes.lost() <= 1, name + ": " + echoes);
      Duration age = Duration.between(begun, handshakeSeenByUs());
      assertTrue(age.toSeconds() >= 119 && age.toSeconds() <= 125, name + ": after " + age);
      Instant theirView = theirs.show().peer(ours.publicKey()).latestHandshake().orElseThrow();
      assertTrue(Duration.between(begun, theirView).toSeconds() >= 119, name + ": " + theirView);
    }

    @Override
    public void close() {
      ours.close();
    }
  }

  @Test
  void sessionsAreRenewedInTimeWithoutLoss() throws Exception {
    try (Topology network = new Topology()) {
      List<Tunnel> tunnels = new ArrayList<>();
      try {
        for (boolean weBegin : new boolean[] {true, false}) {
          tunnels.add(new Tunnel(network, weBegin, false));
          tunnels.add(new Tunnel(network, weBegin, true));
        }
        Thread.sleep(BEYOND_THE_REKEY);
        tunnels.forEach(Tunnel::assertRenewedWithoutLoss);
      } finally {
        tunnels.forEach(Tunnel::close);
      }
    }
  }
}
