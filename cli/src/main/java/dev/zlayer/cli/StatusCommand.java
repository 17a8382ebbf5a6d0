package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.wireguard.DropReason;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Show the running node and its peers.")
final class StatusCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin JsonOption json;

  @Option(
      names = "--watch",
      description = "Show the peers as they change, every second, until Ctrl-C.")
  boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    StatusWatch live = new StatusWatch();
    if (watch) {
      LiveView.show(out, view -> show(view, live));
    } else {
      show(out, live);
    }
    return 0;
  }

  private void show(PrintWriter out, StatusWatch live) {
    try (Administration node = Administration.ofRunning(dataDirectory.path)) {
      NodeStatus status = node.status();
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(status)));
      } else if (watch) {
        live.print(status, Instant.now(), out);
      } else {
        print(status, Instant.now(), out);
      }
    }
  }

  static void print(NodeStatus status, Instant now, PrintWriter out) {
    out.printf(
        "%s  %s of %s%n",
        IpText.format(status.node().nodeIp()),
        status.node().isLeader() ? "leader" : "worker",
        status.node().cidr());
    status
        .node()
        .nodeIpV6()
        .ifPresent(address ->
            out.println(
                "  IPv6        %s of %s"
                    .formatted(IpText.format(address), status.node().cidrV6().orElseThrow())));
    out.println("  public key  " + status.node().publicKey());
    out.printf(
        "  interface   %s, MTU %d, UDP port %d, socket %s%n",
        status.node().interfaceName(), status.mtu(), status.node().port(), status.uapiSocket());
    status
        .node()
        .endpoint()
        .map(HostPort::toString)
        .ifPresent(e -> out.println("  endpoint    " + e));
    out.println("  crypto      " + status.crypto());
    out.println(
        "  running     since %s (%s), pid %d"
            .formatted(
                status.startedAt().truncatedTo(ChronoUnit.SECONDS),
                Amounts.age(Duration.between(status.startedAt(), now)),
                status.pid()));
    status.map().ifPresent(map -> out.println("  map         " + map(map, now)));
    out.println("  names       " + status.names().text());
    status.dashboard().ifPresent(url -> out.println("  dashboard   " + url));
    if (!status.drops().isEmpty()) {
      out.println("  dropped     " + drops(status.drops()));
    }
    out.println();
    if (status.peers().isEmpty()) {
      out.println("no peers");
    } else {
      printPeers(status, now, out);
    }
    if (!status.conditions().isEmpty()) {
      ConditionLines.print(status.conditions(), now, out);
    }
  }

  private static void printPeers(NodeStatus status, Instant now, PrintWriter out) {
    Table table =
        new Table(
            "PEER", "ADDRESS", "ENDPOINT", "STATE", "HANDSHAKE", "RECEIVED", "SENT", "PUBLIC KEY");
    for (NodeStatus.Peer peer : status.peers()) {
      table.row(
          peer.config().nodeId(),
          peer.config().overlayIp().map(IpText::format).orElse("-"),
          peer.endpoint().orElse("-"),
          HealthCommand.state(peer.health()),
          peer.handshakeAge(now).map(Amounts::age).orElse("never"),
          Amounts.bytes(peer.receivedBytes()),
          Amounts.bytes(peer.sentBytes()),
          peer.config().publicKey());
    }
    table.print(out);
  }

  private static String map(MapStatus map, Instant now) {
    String version = "version " + map.epoch() + "." + map.revision() + " of the leader's, ";
    String age =
        map.confirmedAt()
            .map(time -> "confirmed " + Amounts.age(Duration.between(time, now)))
            .orElse("never confirmed");
    return version + age + (map.trusted() ? "" : ", too old to be relied on");
  }

  private static String drops(Map<DropReason, Long> drops) {
    return drops.entrySet().stream()
        .map(entry ->
            entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + " "
                + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
