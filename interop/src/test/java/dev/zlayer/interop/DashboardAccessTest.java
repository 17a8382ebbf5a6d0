package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who sees the dashboard of a leader, and what of a worker that comes, is killed and comes back.
 *
 * <pre>
 *   left                              right
 *   192.0.2.1 ----------------------- 192.0.2.2      underlay
 *   leader 10.200.0.1                 worker 10.200.0.2
 * </pre>
 */
@Tag("root")
class DashboardAccessTest {
  private static final String URL = "http://10.200.0.1:15381/";

  /** Three checks of a second, with pings that aren't answered, on a busy machine. */
  private static final Duration NOTICE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void membersSeeWhoIsDownAndStrangersSeeNothing() {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
      Node leader = Node.init(left, "192.0.2.1:51820", folder);
      Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
      leader.add(worker, "--endpoint", "192.0.2.2:51820");
      RunningCommand leading =
          leader
              .command(
                  "up", "--dashboard=overlay", "--metrics=overlay:15381", "--health-interval=1")
              .start();
      leading.awaitText("dashboard: " + URL, Duration.ofMinutes(1));
      RunningCommand working = worker.up();

      awaitState(right, "up");
      assertTrue(read(right, "").startsWith("<!doctype html>"));
      assertTrue(read(right, "metrics").contains("zlayer_peer_up"));
      assertEquals(421, status(right, "mesh.json", "-H", "Host: rebound.example"));
      assertEquals(404, status(right, "history.json?peer=nobody"));
      Stranger.near(leader, right).assertIsHungUpOn(URL);

      working.kill();
      // The tunnel is gone with the worker, so the leader is asked at home.
      JsonNode down = awaitState(left, "down");
      assertTrue(down.has("since") && down.has("reason"), down::toString);
      worker.up();
      awaitState(left, "up");
      JsonNode changes =
          JsonMapper.shared()
              .readTree(read(left, "history.json?peer=" + worker.interfaceName()))
              .get("changes");
      assertEquals("down", changes.get(changes.size() - 2).get("state").asString());
      assertEquals(down.get("since"), changes.get(changes.size() - 2).get("at"));
    }
  }

  /** The only peer, once it is in this state. */
  private static JsonNode awaitState(Netns host, String state) {
    AtomicReference<JsonNode> peer = new AtomicReference<>();
    Eventually.within(
        NOTICE,
        () -> state + ", but " + peer,
        () -> {
          Execution curl = curl(host, "mesh.json");
          if (curl.exitCode() == 0) {
            peer.set(JsonMapper.shared().readTree(curl.output()).at("/peers/0"));
          }
          return curl.exitCode() == 0 && peer.get().path("state").asString("").equals(state);
        });
    return peer.get();
  }

  private static String read(Netns host, String page) {
    return curl(host, page).requireSuccess().output();
  }

  private static int status(Netns host, String page, String... options) {
    List<String> words = new ArrayList<>(List.of("-o/dev/null", "-w%{http_code}"));
    words.addAll(List.of(options));
    return Integer.parseInt(curl(host, page, words.toArray(String[]::new)).output());
  }

  private static Execution curl(Netns host, String page, String... options) {
    List<String> words = new ArrayList<>(List.of("curl", "-sS", "-m5", URL + page));
    words.addAll(List.of(options));
    return Command.of(words.toArray(String[]::new)).in(host).run();
  }
}
