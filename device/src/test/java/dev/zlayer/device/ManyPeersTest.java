package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WireGuardGo;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One device of ours and a hundred of {@code wireguard-go}, all on one host: each answers by the
 * interface that has the address which was asked.
 *
 * <pre>
 *   alice 192.0.2.1 ---- 192.0.2.2 bob                             underlay
 *   ours 10.9.0.1 ====== 10.9.0.2, .3 ... .101 wireguard-go        tunnels
 * </pre>
 */
@Tag("root")
class ManyPeersTest {
  private static final int PEERS = 100;
  private static final Duration BRIEFLY = Duration.ofMillis(10);

  @Test
  void reachesEachOfAHundredPeers() throws Exception {
    try (Topology network = new Topology()) {
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
      try (TunnelEnd ours = TunnelEnd.open(alice, 51820, "10.9.0.1/24")) {
        for (int number = 0; number < PEERS; number++) {
          introduce(bob, number, ours);
        }
        List<String> silent =
            IntStream.range(0, PEERS)
                .mapToObj(ManyPeersTest::address)
                .filter(address -> !answers(alice, address))
                .toList();
        assertEquals(List.of(), silent);
        assertEquals(PEERS, ours.show().peers().size());
      }
    }
  }

  /** Within the time of a second handshake: the machine is busy with a hundred processes. */
  private static boolean answers(Netns alice, String address) {
    return IntStream.range(0, 4).anyMatch(_ -> Ping.run(alice, address, 3, BRIEFLY).received() > 0);
  }

  private static String address(int number) {
    return "10.9.0." + (number + 2);
  }

  private static void introduce(Netns host, int number, TunnelEnd ours) {
    int port = 52000 + number;
    WireGuardGo peer = WireGuardGo.start(host, port);
    peer.set("peer", ours.publicKey(), "allowed-ips", "10.9.0.1/32");
    peer.up(address(number) + "/32");
    String table = Integer.toString(1000 + number);
    host.ip("route", "add", "10.9.0.1/32", "dev", peer.interfaceName(), "table", table);
    host.ip("rule", "add", "from", address(number), "table", table);
    ours.peer(
        PeerSettings.of(PublicKey.parse(peer.publicKey()), Cidr.parse(address(number) + "/32"))
            .withEndpoint(Endpoint.parse("192.0.2.2:" + port)));
  }
}
