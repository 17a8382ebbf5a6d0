package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A worker that is killed is reported DOWN, and UP once it is back. */
@Tag("root")
class HealthCommandTest {
  private static final Duration START = Duration.ofMinutes(1);

  /** Three of a node's intervals, probes' time, and the start of a command on a busy machine. */
  private static final Duration NOTICE = Duration.ofSeconds(25);

  @TempDir private Path folder;

  @Test
  void showsWhoIsDown() {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
      Node leader = Node.init(left, "192.0.2.1:51820", folder);
      Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
      leader.add(worker, "--endpoint", "192.0.2.2:51820");
      RunningCommand leading = leader.command("up", "--health-interval", "2").start();
      leader.awaitUp(leading);
      RunningCommand working = worker.up();
      Eventually.within(START, "UP", () -> state(leader).equals("UP"));
      JsonNode health = leader.status().path("peers").path(0).path("health");
      assertTrue(health.path("healthy").asBoolean(), health.toString());
      assertTrue(leader.command("health", "--json").output().contains("\"healthy\" : true"));

      RunningCommand watching = leader.command("status", "--watch").start();
      watching.awaitText("B/s", START);
      assertTrue(watching.output().contains("RTT"), watching.output());
      watching.kill();

      RunningCommand verdicts = leader.command("health", "--watch").start();
      verdicts.awaitText("  UP  ", START);
      working.kill();
      verdicts.awaitText("  DOWN  ", NOTICE);
      verdicts.kill();
      Eventually.within(NOTICE, "DOWN", () -> state(leader).equals("DOWN"));
      assertTrue(leading.errors().contains("peer " + worker.interfaceName() + " is DOWN"));
      worker.up();
      Eventually.within(NOTICE, "UP again", () -> state(leader).equals("UP"));
      assertEquals(0, leading.stop().exitCode());
    }
  }

  private static String state(Node node) {
    List<String> lines = node.command("health").output().lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    return List.of(lines.getLast().split(" +", -1)).get(2);
  }
}
