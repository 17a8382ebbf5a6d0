package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prometheus, as Debian has it, reads two nodes over the overlay, goes by our alerts, and tells
 * when one is killed.
 *
 * <pre>
 *   left                              right
 *   192.0.2.1 ----------------------- 192.0.2.2      underlay
 *   leader 10.200.0.1                 worker 10.200.0.2
 *   Prometheus
 * </pre>
 */
@Tag("root")
class PrometheusTest {
  private static final Path MONITORING = Readme.ROOT.resolve("monitoring");
  private static final Path ALERTS = MONITORING.resolve("alerts.yml");
  private static final Duration START = Duration.ofMinutes(1);

  /** Scrapes, three checks of a node's peers and the rules' evaluation, on a busy machine. */
  private static final Duration NOTICE = Duration.ofSeconds(45);

  private static final String CONFIG =
      """
      global:
        scrape_interval: 1s
        evaluation_interval: 1s
      rule_files: [alerts.yml]
      scrape_configs:
        - job_name: zlayer
          static_configs:
            - targets: ["10.200.0.1:15380", "10.200.0.2:15380"]
      """;

  @TempDir private Path folder;

  @BeforeAll
  static void requirePrometheus() {
    Tools.require("prometheus", "prometheus");
  }

  @Test
  void theAlertsAreWellFormedAndFireWhenTheyShould() {
    Execution check = Command.of("promtool", "check", "rules", ALERTS.toString()).run();
    assertEquals(0, check.exitCode(), check::toString);
    Path scenarios = MONITORING.resolve("alerts-test.yml");
    Execution test = Command.of("promtool", "test", "rules", scenarios.toString()).run();
    assertEquals(0, test.exitCode(), test::toString);
  }

  @Test
  void tellsWhenANodeIsKilled() throws IOException {
    try (Topology network = new Topology()) {
      Netns left = network.namespace();
      Netns right = network.namespace();
      network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
      Node leader = Node.init(left, "192.0.2.1:51820", folder);
      Node worker = Node.join(leader, right, "192.0.2.2:51820", folder, "10.200.0.2");
      leader.add(worker, "--endpoint", "192.0.2.2:51820");
      start(leader);
      RunningCommand working = start(worker);

      String read = read(left, "http://10.200.0.2:15380/metrics");
      Execution check = Command.of("promtool", "check", "metrics").input(read).run();
      assertEquals(0, check.exitCode(), check::toString);
      assertEquals("", check.output() + check.errors());
      Stranger.near(leader, right)
          .assertIsHungUpOn("http://" + leader.overlayIp() + ":15380/metrics");

      RunningCommand prometheus = startPrometheus(left);
      Eventually.within(
          START,
          "two nodes with each other as peer: " + prometheus.errors(),
          () ->
              query(left, "zlayer_peer_up == 1").size() == 2 && query(left, "up == 1").size() == 2);
      assertTrue(firing(left).isEmpty(), () -> firing(left).toString());

      working.kill();
      Eventually.within(
          NOTICE,
          () -> "alerts, of which there are only " + firing(left),
          () ->
              firing(left)
                  .containsAll(
                      Set.of(
                          "ZLayerNodeDown 10.200.0.2:15380", "ZLayerPeerDown 10.200.0.1:15380")));
    }
  }

  private static RunningCommand start(Node node) {
    RunningCommand running =
        node.command("up", "--metrics", "overlay", "--health-interval", "1").start();
    node.awaitUp(running);
    return running;
  }

  /** With our alerts, which here don't wait for a minute before they fire. */
  private RunningCommand startPrometheus(Netns host) throws IOException {
    Files.writeString(
        folder.resolve("alerts.yml"), Files.readString(ALERTS).replaceAll("for: \\d+m", "for: 1s"));
    Path config = Files.writeString(folder.resolve("prometheus.yml"), CONFIG);
    return Command.of(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + folder.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:9090",
            "--log.level=warn")
        .in(host)
        .start();
  }

  private static Set<String> firing(Netns host) {
    JsonNode alerts = ask(host, "/api/v1/alerts").path("alerts");
    return StreamSupport.stream(alerts.spliterator(), false)
        .filter(alert -> alert.path("state").asString("").equals("firing"))
        .map(alert -> alert.path("labels"))
        .map(labels ->
            labels.path("alertname").asString() + " " + labels.path("instance").asString())
        .collect(Collectors.toSet());
  }

  private static JsonNode query(Netns host, String expression) {
    return ask(host, "/api/v1/query?query=" + expression.replace(" ", "%20").replace("=", "%3D"))
        .path("result");
  }

  private static JsonNode ask(Netns host, String path) {
    Execution curl =
        Command.of("curl", "-sSf", "-m5", "http://127.0.0.1:9090" + path).in(host).run();
    return curl.exitCode() == 0
        ? JsonMapper.shared().readTree(curl.output()).path("data")
        : JsonMapper.shared().createObjectNode();
  }

  private static String read(Netns host, String url) {
    return Command.of("curl", "-sSf", "-m5", url).in(host).output();
  }
}
