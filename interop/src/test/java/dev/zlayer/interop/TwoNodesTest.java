package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The first thing that a user does: two machines, a leader and a worker, every step by hand.
 *
 * <pre>
 *   left 192.0.2.1, 2001:db8::1 ------- 192.0.2.2, 2001:db8::2 right     underlay
 *   10.200.0.1 or fd00:200::1 ============ 10.200.0.2 or fd00:200::2     overlay
 * </pre>
 */
@Tag("root")
class TwoNodesTest {
  private static final String CIDR_V6 = "fd00:200::/48";

  @TempDir private Path folder;

  @Test
  void carriesIpv4OverIpv4() {
    walkThrough(Node.CIDR, "10.200.0.1", "10.200.0.2", "192.0.2.1:51820", "192.0.2.2:51820");
  }

  @Test
  void carriesIpv6OverIpv4() {
    walkThrough(CIDR_V6, "fd00:200::1", "fd00:200::2", "192.0.2.1:51820", "192.0.2.2:51820");
  }

  @Test
  void carriesIpv6OverIpv6() {
    walkThrough(
        CIDR_V6, "fd00:200::1", "fd00:200::2", "[2001:db8::1]:51820", "[2001:db8::2]:51820");
  }

  private void walkThrough(
      String cidr, String leaderIp, String workerIp, String leaderPlace, String workerPlace) {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(
          left.nic("192.0.2.1/24", "2001:db8::1/64"), right.nic("192.0.2.2/24", "2001:db8::2/64"));

      Node leader = Node.init(left, leaderPlace, folder, "--cidr", cidr);
      Node worker = Node.join(leader, right, workerPlace, folder, workerIp, "--leader-cidr", cidr);
      String told = leader.add(worker, "--endpoint", workerPlace).output();
      assertTrue(told.contains(workerIp), told);
      assertTrue(told.contains("--leader-public-key " + leader.publicKey()), told);
      assertEquals(leaderIp, leader.overlayIp());

      assertIsUp(leader.command("up", "--detach").output(), leader);
      assertIsUp(worker.command("up", "--detach").output(), worker);
      worker.assertReaches(leaderIp);
      leader.assertReaches(workerIp);

      assertShows(leader.status(), worker, workerPlace);
      assertShows(worker.status(), leader, leaderPlace);
      assertTrue(leader.command("status").output().contains(worker.publicKey()));

      for (Node node : new Node[] {worker, leader}) {
        assertEquals(node.interfaceName() + " is down\n", node.command("down").output());
        assertFalse(node.host().ip("link").contains(node.interfaceName()));
        assertEquals(1, node.command("status").run().exitCode());
      }
    }
  }

  private static void assertIsUp(String said, Node node) {
    assertTrue(said.startsWith(node.interfaceName() + " is up: " + node.overlayIp() + "/"), said);
  }

  private static void assertShows(JsonNode status, Node other, String place) {
    JsonNode peer = status.get("peers").get(0);
    assertEquals(other.publicKey(), peer.get("public_key").asString());
    assertEquals(other.overlayIp(), peer.get("overlay_ip").asString());
    assertEquals(place, peer.get("endpoint").asString());
    Instant handshake = Instant.parse(peer.get("last_handshake").asString());
    assertTrue(Duration.between(handshake, Instant.now()).toSeconds() < 60, status.toString());
    assertTrue(peer.get("received_bytes").asLong() > 0, status.toString());
    assertTrue(peer.get("sent_bytes").asLong() > 0, status.toString());
    assertFalse(status.get("crypto").asString().isEmpty());
    assertTrue(status.get("drops").isObject(), status.toString());
  }
}
