package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
  void everyCommandShowsWhatItDid() {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
      Node leader = Node.init(left, "192.0.2.1:51820", folder);
      assertEquals("10.200.0.1", leader.overlayIp());
      Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
      String told = leader.add(worker, "--endpoint", worker.endpoint()).output();
      assertTrue(told.contains("has the address 10.200.0.2"), told);
      assertTrue(told.contains("zlayer-overlay up"), told);

      assertIsUp(leader.command("up", "--detach").output(), leader);
      assertIsUp(worker.command("up", "--detach").output(), worker);
      worker.assertReaches(leader.overlayIp());
      leader.assertReaches(worker.overlayIp());
      assertShows(leader.status(), worker);
      assertShows(worker.status(), leader);
      assertTrue(leader.command("status").output().contains(worker.publicKey()));

      for (Node node : List.of(worker, leader)) {
        assertEquals(node.interfaceName() + " is down\n", node.command("down").output());
        assertFalse(node.host().ip("link").contains(node.interfaceName()));
        Execution status = node.command("status").run();
        assertEquals(1, status.exitCode());
        assertTrue(status.errors().contains("no node runs"), status::toString);
      }
    }
  }

  @Test
  void carriesIpv6OverIpv4() {
    assertCarriesIpv6Between("192.0.2.1:51820", "192.0.2.2:51820");
  }

  @Test
  void carriesIpv6OverIpv6() {
    assertCarriesIpv6Between("[2001:db8::1]:51820", "[2001:db8::2]:51820");
  }

  private void assertCarriesIpv6Between(String leaderPlace, String workerPlace) {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(
          left.nic("192.0.2.1/24", "2001:db8::1/64"), right.nic("192.0.2.2/24", "2001:db8::2/64"));
      Node leader = Node.init(left, leaderPlace, folder, "--cidr", CIDR_V6);
      Node worker =
          Node.join(leader, right, workerPlace, folder, "fd00:200::2", "--leader-cidr", CIDR_V6);
      leader.add(worker, "--endpoint", workerPlace);
      leader.up();
      worker.up();

      worker.assertReaches("fd00:200::1");
      leader.assertReaches("fd00:200::2");
      assertShows(leader.status(), worker);
    }
  }

  private static void assertIsUp(String said, Node node) {
    assertTrue(said.startsWith(node.interfaceName() + " is up: " + node.overlayIp() + "/"), said);
  }

  private static void assertShows(JsonNode status, Node other) {
    JsonNode peer = status.get("peers").get(0);
    assertEquals(other.publicKey(), peer.get("public_key").asString());
    assertEquals(other.overlayIp(), peer.get("overlay_ip").asString());
    assertEquals(other.endpoint(), peer.get("endpoint").asString());
    Instant handshake = Instant.parse(peer.get("last_handshake").asString());
    assertTrue(Duration.between(handshake, Instant.now()).toSeconds() < 60, status.toString());
    assertTrue(peer.get("received_bytes").asLong() > 0, status.toString());
    assertTrue(peer.get("sent_bytes").asLong() > 0, status.toString());
    assertFalse(status.get("crypto").asString().isEmpty());
    assertTrue(status.get("drops").isObject(), status.toString());
  }
}
