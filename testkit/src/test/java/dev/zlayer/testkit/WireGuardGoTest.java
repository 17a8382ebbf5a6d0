package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two foreign peers talk, which proves the runners that our own peers are tested with.
 *
 * <pre>
 *   alice 192.0.2.1, fd00::1 ---- 192.0.2.2, fd00::2 bob     underlay
 *   10.9.0.1 ==================================== 10.9.0.2   tunnel
 * </pre>
 */
@Tag("root")
class WireGuardGoTest {

  @Test
  void twoDevicesPingAndTransferThroughTheirTunnel() {
    try (Topology network = new Topology()) {
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(
          alice.nic("192.0.2.1/24", "fd00::1/64"), bob.nic("192.0.2.2/24", "fd00::2/64"));
      WireGuardGo left = WireGuardGo.start(alice, 51820);
      WireGuardGo right = WireGuardGo.start(bob, 51821);
      String psk = WgKeys.file(WgKeys.presharedKey()).toString();
      left.set("peer", right.publicKey(), "preshared-key", psk, "allowed-ips", "10.9.0.2/32");
      right.set(
          "peer",
          left.publicKey(),
          "preshared-key",
          psk,
          "allowed-ips",
          "10.9.0.1/32",
          "endpoint",
          "[fd00::1]:51820",
          "persistent-keepalive",
          "25");
      left.up("10.9.0.1/24");
      right.up("10.9.0.2/24");

      Ping.Statistics pings = Ping.run(bob, "10.9.0.1", 5, Duration.ofMillis(100));
      assertEquals(5, pings.received());
      assertTrue(pings.averageRoundTrip().orElseThrow().toMillis() < 1000);

      Ping all = Ping.start(alice, "10.9.0.2", Duration.ofMillis(100));
      Iperf3.Throughput throughput = Iperf3.run(alice, bob, "10.9.0.2", Duration.ofSeconds(2));
      assertTrue(throughput.bitsPerSecond() > 1e6, throughput.toString());
      assertTrue(all.finish().received() > 10);

      WgShow.Peer peer = left.show().peer(right.publicKey());
      assertTrue(peer.hasPresharedKey());
      assertEquals(Optional.of("[fd00::2]:51821"), peer.endpoint());
      assertEquals(List.of("10.9.0.2/32"), peer.allowedIps());
      Duration age = Duration.between(peer.latestHandshake().orElseThrow(), Instant.now());
      assertTrue(age.toSeconds() < 60, age.toString());
      assertTrue(peer.sentBytes() > throughput.bitsPerSecond() / 8);
      assertEquals(
          Optional.of(Duration.ofSeconds(25)), right.show().peer(left.publicKey()).keepalive());
      assertEquals(51820, left.show().listenPort());
    }
  }

  @Test
  void leavesNothingBehind() {
    String namespace;
    String socket;
    try (Topology network = new Topology()) {
      Netns host = network.namespace();
      WireGuardGo device = WireGuardGo.start(host, 0);
      namespace = host.name();
      socket = device.interfaceName() + ".sock";
      assertTrue(Files.exists(Path.of("/var/run/wireguard", socket)));
    }
    assertFalse(Files.exists(Path.of("/var/run/wireguard", socket)));
    assertFalse(Command.of("ip", "netns", "list").output().contains(namespace));
  }
}
