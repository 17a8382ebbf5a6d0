package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import dev.zlayer.wireguard.Cidr;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeerStateTest {
  private static final Pattern COLUMNS = Pattern.compile(" {2,}");
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** A peer that is UP, one that is DOWN, and one that was checked once, without a verdict. */
  private static final NodeStatus STATUS =
      new NodeStatus(
          new NodeDescription(
              true,
              key(9),
              IpText.parse("10.200.0.1"),
              Cidr.parse("10.200.0.0/16"),
              Optional.empty(),
              "zl7",
              51820,
              Optional.empty(),
              Path.of("/var/lib/zlayer")),
          4711,
          NOW,
          1420,
          Path.of("/var/run/wireguard/zl7.sock"),
          "portable",
          List.of(
              peer("web", 1, Optional.of(health(1, true))),
              peer("db", 2, Optional.of(health(2, false))),
              peer("new", 3, Optional.empty())),
          Map.of(),
          Optional.empty(),
          NameResolution.LEFT_ALONE,
          Optional.empty(),
          List.of());

  @Test
  void aPeerWithoutAVerdictIsNeitherUpNorDown() {
    List<String> expected = List.of("UP", "DOWN", "?");
    assertEquals(expected, states(out -> HealthCommand.print(STATUS, NOW, out), 2));
    assertEquals(expected, states(out -> StatusCommand.print(STATUS, NOW, out), 3));
    assertEquals(expected, states(out -> new StatusWatch().print(STATUS, NOW, out), 4));
  }

  /** What stands in a column of the table of peers. */
  private static List<String> states(Consumer<PrintWriter> print, int column) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      print.accept(out);
    }
    return Stream.of("web ", "db ", "new ")
        .map(peer -> text.toString().lines().filter(line -> line.startsWith(peer)).findFirst())
        .map(line -> COLUMNS.splitAsStream(line.orElseThrow()).toList().get(column))
        .toList();
  }

  private static PublicKey key(int number) {
    return PublicKey.parseHex("%064x".formatted(number));
  }

  private static NodeStatus.Peer peer(String nodeId, int number, Optional<PeerHealth> health) {
    return new NodeStatus.Peer(
        PeerConfig.of(
            nodeId,
            key(number).toBase64(),
            "192.0.2." + number + ":51820",
            IpText.parse("10.200.0." + number)),
        Optional.of("192.0.2." + number + ":51820"),
        Optional.empty(),
        0,
        0,
        0,
        0,
        0,
        Map.of(),
        health);
  }

  private static PeerHealth health(int number, boolean healthy) {
    return new PeerHealth(
        key(number),
        Optional.empty(),
        healthy,
        Optional.of(NOW),
        Optional.of(Duration.ofSeconds(7)),
        Optional.empty(),
        0,
        PingStatistics.NONE);
  }
}
