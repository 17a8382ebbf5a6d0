package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Iperf3;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's {@code wireguard-go} as the other end, first as a worker, then as the leader.
 *
 * <pre>
 *   ours 192.0.2.1 ------------ 192.0.2.2 foreign     underlay
 *   10.200.0.1 or .2 ========== 10.200.0.2 or .1      overlay
 * </pre>
 */
@Tag("root")
class WireGuardGoTest {
  private static final String LEADER_IP = "10.200.0.1";
  private static final String WORKER_IP = "10.200.0.2";
  private static final String OUR_PLACE = "192.0.2.1:51820";
  private static final String FOREIGN_PLACE = "192.0.2.2:51820";
  private static final Duration LONG_TRANSFER = Duration.ofSeconds(5);
  private static final Duration SHORT_TRANSFER = Duration.ofSeconds(1);

  @TempDir private Path folder;

  @Test
  void joinsOurLeader() {
    foreignWorker(Optional.empty(), LONG_TRANSFER);
  }

  @Test
  void joinsOurLeaderWithPresharedKey() {
    foreignWorker(Optional.of(WgKeys.file(WgKeys.presharedKey())), SHORT_TRANSFER);
  }

  @Test
  void leadsOurWorker() {
    foreignLeader(Optional.empty(), SHORT_TRANSFER);
  }

  @Test
  void leadsOurWorkerWithPresharedKey() {
    foreignLeader(Optional.of(WgKeys.file(WgKeys.presharedKey())), LONG_TRANSFER);
  }

  private void foreignWorker(Optional<Path> presharedKey, Duration transfer) {
    try (Topology network = new Topology()) {
      Netns ours = network.namespace();
      Netns foreign = network.namespace();
      network.connect(ours.nic("192.0.2.1/24"), foreign.nic("192.0.2.2/24"));
      Node leader = Node.init(ours, OUR_PLACE, folder);
      leader.up();
      WireGuardGo worker = WireGuardGo.start(foreign, 51820);
      leader
          .command(
              words(
                  List.of(
                      "peer",
                      "add",
                      "--node-id",
                      "foreign",
                      "--public-key",
                      worker.publicKey(),
                      "--endpoint",
                      FOREIGN_PLACE,
                      "--ip",
                      WORKER_IP),
                  option("--preshared-key-file", presharedKey)))
          .output();
      worker.set(
          words(
              List.of(
                  "peer",
                  leader.publicKey(),
                  "endpoint",
                  OUR_PLACE,
                  "allowed-ips",
                  LEADER_IP + "/32",
                  "persistent-keepalive",
                  "25"),
              option("preshared-key", presharedKey)));
      worker.up(WORKER_IP + "/16");

      assertTalk(leader, foreign, worker, WORKER_IP, presharedKey.isPresent(), transfer);
    }
  }

  private void foreignLeader(Optional<Path> presharedKey, Duration transfer) {
    try (Topology network = new Topology()) {
      Netns ours = network.namespace();
      Netns foreign = network.namespace();
      network.connect(ours.nic("192.0.2.1/24"), foreign.nic("192.0.2.2/24"));
      WireGuardGo leader = WireGuardGo.start(foreign, 51820);
      Node worker =
          Node.join(
              ours,
              OUR_PLACE,
              folder,
              words(
                  List.of(
                      "--leader-endpoint",
                      FOREIGN_PLACE,
                      "--leader-public-key",
                      leader.publicKey(),
                      "--leader-overlay-ip",
                      LEADER_IP,
                      "--allocated-ip",
                      WORKER_IP),
                  option("--preshared-key-file", presharedKey)));
      leader.set(
          words(
              List.of("peer", worker.publicKey(), "allowed-ips", WORKER_IP + "/32"),
              option("preshared-key", presharedKey)));
      leader.up(LEADER_IP + "/16");
      worker.up();

      assertTalk(worker, foreign, leader, LEADER_IP, presharedKey.isPresent(), transfer);
    }
  }

  private static void assertTalk(
      Node node,
      Netns foreign,
      WireGuardGo device,
      String foreignIp,
      boolean presharedKey,
      Duration transfer) {
    node.assertReaches(foreignIp);
    Iperf3 there = Iperf3.start(node.host(), foreign, foreignIp, transfer);
    Iperf3 back = Iperf3.start(foreign, node.host(), node.overlayIp(), transfer);
    for (Iperf3 stream : List.of(there, back)) {
      Iperf3.Throughput throughput = stream.result();
      assertTrue(throughput.bitsPerSecond() > 1e6, throughput.toString());
    }

    List<String> listed =
        List.of(node.host().exec("wg", "show", "interfaces").strip().split("\\s", -1));
    assertTrue(listed.contains(node.interfaceName()), listed.toString());
    WgShow ours = WgShow.of(node.host(), node.interfaceName());
    assertEquals(node.publicKey(), ours.publicKey());
    assertEquals(51820, ours.listenPort());
    WgShow.Peer peer = ours.peer(device.publicKey());
    assertEquals(List.of(foreignIp + "/32"), peer.allowedIps());
    assertEquals(Optional.of(FOREIGN_PLACE), peer.endpoint());
    assertEquals(Optional.of(Duration.ofSeconds(25)), peer.keepalive());
    assertEquals(presharedKey, peer.hasPresharedKey());
    assertSession(peer);
    assertSession(device.show().peer(node.publicKey()));
  }

  private static void assertSession(WgShow.Peer peer) {
    Duration age = Duration.between(peer.latestHandshake().orElseThrow(), Instant.now());
    assertTrue(age.abs().toSeconds() < 60, peer.toString());
    assertTrue(peer.receivedBytes() > 100_000 && peer.sentBytes() > 100_000, peer.toString());
  }

  private static List<String> option(String name, Optional<Path> value) {
    return value.map(path -> List.of(name, path.toString())).orElse(List.of());
  }

  private static String[] words(List<String> words, List<String> more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(more);
    return all.toArray(String[]::new);
  }
}
