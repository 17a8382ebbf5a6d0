package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.control.HealthJson;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
    name = "health",
    description = "Show whether traffic flows between this node and its peers.")
final class HealthCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin JsonOption json;

  @Option(names = "--watch", description = "Show it anew every second, until Ctrl-C.")
  boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (watch) {
      LiveView.show(out, this::show);
    } else {
      show(out);
    }
    return 0;
  }

  private void show(PrintWriter out) {
    try (Administration node = Administration.ofRunning(dataDirectory.path)) {
      NodeStatus status = node.status();
      if (json.isSet) {
        ArrayNode peers = JsonNodeFactory.instance.arrayNode();
        status.peers().forEach(peer -> peer.health().map(HealthJson::of).ifPresent(peers::add));
        out.println(NodeJson.text(peers));
      } else {
        print(status, Instant.now(), out);
      }
    }
  }

  static void print(NodeStatus status, Instant now, PrintWriter out) {
    if (status.peers().isEmpty()) {
      out.println("no peers");
      return;
    }
    Table table =
        new Table("PEER", "ADDRESS", "STATE", "HANDSHAKE", "RTT MIN/MEAN/MAX", "LOSS", "FAILED");
    for (NodeStatus.Peer peer : status.peers()) {
      table.row(
          peer.config().nodeId(),
          peer.config().overlayIp().map(IpText::format).orElse("-"),
          state(peer.health()),
          peer.handshakeAge(now).map(Amounts::age).orElse("never"),
          peer.health().map(PeerHealth::pings).map(HealthCommand::roundTrips).orElse("-"),
          loss(peer.health()),
          peer.health().map(PeerHealth::failureCount).map(String::valueOf).orElse("-"));
    }
    table.print(out);
  }

  /** {@code UP}, {@code DOWN}, or {@code ?} before the first verdict. */
  static String state(Optional<PeerHealth> health) {
    return health.map(known -> known.healthy() ? "UP" : "DOWN").orElse("?");
  }

  /** Of the last probes: {@code 5%}. */
  static String loss(Optional<PeerHealth> health) {
    return health
        .map(PeerHealth::pings)
        .filter(pings -> pings.sent() > 0)
        .map(pings -> String.format(Locale.ROOT, "%.0f%%", pings.loss() * 100))
        .orElse("-");
  }

  private static String roundTrips(PingStatistics pings) {
    return pings.mean().isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.2f/%.2f/%.2f ms",
            pings.min().orElseThrow().toNanos() / 1e6,
            pings.mean().orElseThrow().toNanos() / 1e6,
            pings.max().orElseThrow().toNanos() / 1e6);
  }
}
