package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WireGuardGo;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever is wrong with a peer: {@code status --json} of the node tells by a counter. */
@Tag("root")
class DropReasonsTest {
  private static final String PLACE = "192.0.2.1:51820";
  private static final String WORKER_IP = "10.200.0.2";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Topology network = new Topology();
  private final Netns host = network.namespace();
  private final Netns foreign = network.namespace();

  @TempDir private Path folder;
  private Node leader;
  private WireGuardGo worker;

  @AfterEach
  void stop() {
    network.close();
  }

  /** Sends an echo request that isn't to be answered. */
  private void knock(String... options) {
    String line = "ping -n -c 1 -W 1 " + String.join(" ", options) + " " + leader.overlayIp();
    assertTrue(Command.of(line.split(" +")).in(foreign).run().exitCode() != 0, "answered");
  }

  private void awaitDrop(String reason) {
    Eventually.within(PATIENCE, reason, () -> leader.status().path("drops").has(reason));
  }

  private void know(String publicKey) {
    worker.set("peer", publicKey, "endpoint", PLACE, "allowed-ips", leader.overlayIp() + "/32");
  }

  @Test
  void areToldApart() {
    network.connect(host.nic("192.0.2.1/24"), foreign.nic("192.0.2.2/24"));
    leader = Node.init(host, PLACE, folder);
    leader.up();
    worker = WireGuardGo.start(foreign, 51820);
    worker.up(WORKER_IP + "/16", "10.200.77.7/32");

    know(leader.publicKey());
    knock();
    awaitDrop("unknown_peer");

    worker.set("peer", leader.publicKey(), "remove");
    String wrongKey = WgKeys.generate().publicKey();
    know(wrongKey);
    knock();
    awaitDrop("wrong_mac1");
    worker.set("peer", wrongKey, "remove");

    String presharedKey = WgKeys.file(WgKeys.presharedKey()).toString();
    know(leader.publicKey());
    addWorker(presharedKey);
    leader.assertDoesNotReach(WORKER_IP);
    awaitDrop("handshake_failed");
    JsonNode peer = leader.status().path("peers").path(0);
    assertTrue(peer.path("drops").has("handshake_failed"), peer.toString());

    worker.set("peer", leader.publicKey(), "preshared-key", presharedKey);
    Eventually.within(
        PATIENCE,
        "reaching the worker",
        () ->
            Command.of("ping", "-n", "-c", "1", "-W", "1", WORKER_IP).in(host).run().exitCode()
                == 0);
    knock("-I", "10.200.77.7");
    awaitDrop("source_not_allowed");
  }

  private void addWorker(String presharedKeyFile) {
    leader
        .command(
            "peer",
            "add",
            "--node-id",
            "foreign",
            "--public-key",
            worker.publicKey(),
            "--endpoint",
            "192.0.2.2:51820",
            "--ip",
            WORKER_IP,
            "--preshared-key-file",
            presharedKeyFile)
        .run()
        .requireSuccess();
  }
}
