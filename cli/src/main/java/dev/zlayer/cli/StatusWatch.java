package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The peers as they change: what is carried a second shows from the second look on. */
final class StatusWatch {
  private record Seen(Instant at, long receivedBytes, long sentBytes) {}

  private final Map<Object, Seen> before = new HashMap<>();

  void print(NodeStatus status, Instant now, PrintWriter out) {
    out.printf(
        "%s  %s of %s, up since %s%n%n",
        IpText.format(status.node().nodeIp()),
        status.node().isLeader() ? "leader" : "worker",
        status.node().cidr(),
        Amounts.age(Duration.between(status.startedAt(), now)).replace(" ago", ""));
    Table table =
        new Table(
            "PEER",
            "NAME",
            "ADDRESS",
            "ENDPOINT",
            "STATE",
            "HANDSHAKE",
            "RTT",
            "LOSS",
            "RECEIVED",
            "SENT");
    for (NodeStatus.Peer peer : status.peers()) {
      Optional<Seen> last = Optional.ofNullable(before.get(peer.config().publicKey()));
      table.row(
          peer.config().nodeId(),
          peer.config().hostname().orElse("-"),
          peer.config().overlayIp().map(IpText::format).orElse("-"),
          peer.endpoint().orElse("-"),
          HealthCommand.state(peer.health()),
          peer.handshakeAge(now).map(Amounts::age).orElse("never"),
          peer.health()
              .map(PeerHealth::pings)
              .flatMap(PingStatistics::mean)
              .map(Amounts::milliseconds)
              .orElse("-"),
          HealthCommand.loss(peer.health()),
          last.map(seen -> rate(seen.at(), now, peer.receivedBytes() - seen.receivedBytes()))
              .orElse("-"),
          last.map(seen -> rate(seen.at(), now, peer.sentBytes() - seen.sentBytes())).orElse("-"));
      before.put(peer.config().publicKey(), new Seen(now, peer.receivedBytes(), peer.sentBytes()));
    }
    table.print(out);
  }

  private static String rate(Instant since, Instant now, long bytes) {
    double seconds = Math.max(1, Duration.between(since, now).toMillis()) / 1000.0;
    return Amounts.bytes(Math.round(Math.max(0, bytes) / seconds)) + "/s";
  }
}
