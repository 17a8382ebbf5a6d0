package dev.zlayer.overlay.metrics;

import static dev.zlayer.overlay.metrics.Family.counter;
import static dev.zlayer.overlay.metrics.Family.gauge;
import static dev.zlayer.overlay.metrics.Family.info;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionCode;
import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.metrics.Family.Sample;
import dev.zlayer.wireguard.DropReason;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a node as it is now to what Prometheus is told of it. */
final class NodeMetrics {
  static final String REASON = "reason";

  private NodeMetrics() {}

  /**
   * All of ours, which begin with {@code zlayer_}.
   *
   * @param version of this software
   * @param dns empty where the node serves no names
   */
  static MetricSnapshots of(String version, NodeStatus status, Optional<DnsStatistics> dns) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    Stream.of(
            node(version, status),
            conditions(status.conditions()),
            peerStates(status.peers()),
            new PeerMetrics(status.peers()).all(),
            dns.stream().flatMap(DnsMetrics::of),
            status.map().stream().flatMap(NodeMetrics::map))
        .flatMap(part -> part)
        .forEach(all::metricSnapshot);
    return all.build();
  }

  /** A constant as a label has it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static Stream<MetricSnapshot> node(String version, NodeStatus status) {
    return Stream.of(
        info(
            "zlayer_build",
            "The software that runs; always 1.",
            Stream.of(Labels.of("version", version, "crypto", status.crypto()))),
        info(
            "zlayer_node",
            "This node and its overlay address; always 1.",
            Stream.of(
                Labels.of(
                    "role",
                    status.node().isLeader() ? "leader" : "worker",
                    "overlay_ip",
                    IpText.format(status.node().nodeIp()),
                    "interface",
                    status.node().interfaceName()))),
        gauge(
            "zlayer_start_time_seconds",
            "When the node was started.",
            Sample.of(Family.seconds(status.startedAt()))),
        gauge(
            "zlayer_interface_mtu_bytes",
            "The longest packet that the interface takes.",
            Sample.of(status.mtu())),
        counter(
            "zlayer_dropped_packets",
            "Packets that went no further, of all peers and strangers, by reason.",
            Arrays.stream(DropReason.values())
                .map(reason ->
                    new Sample(
                        Labels.of(REASON, word(reason)),
                        status.drops().getOrDefault(reason, 0L)))));
  }

  private static Stream<MetricSnapshot> conditions(List<Condition> conditions) {
    Set<ConditionCode> present =
        conditions.stream().map(Condition::code).collect(Collectors.toSet());
    return Stream.of(
        gauge(
            "zlayer_condition",
            "Whether this is wrong with the node; docs/conditions.md has what each code means.",
            Arrays.stream(ConditionCode.values())
                .map(code ->
                    new Sample(
                        Labels.of("code", code.text(), "severity", code.severity().text()),
                        Family.flag(present.contains(code))))));
  }

  private static Stream<MetricSnapshot> peerStates(List<NodeStatus.Peer> peers) {
    return Stream.of(
        gauge(
            "zlayer_peers",
            "Peers of this node, by what the last checks found.",
            Stream.of("up", "down", "unknown")
                .map(state ->
                    new Sample(
                        Labels.of("state", state),
                        peers.stream()
                            .filter(peer -> state(peer.health()).equals(state))
                            .count()))));
  }

  private static String state(Optional<PeerHealth> health) {
    return health.map(verdict -> verdict.healthy() ? "up" : "down").orElse("unknown");
  }

  private static Stream<MetricSnapshot> map(MapStatus map) {
    return Stream.of(
        gauge(
            "zlayer_map_epoch",
            "First part of the version of the leader's map that this worker has.",
            Sample.of(map.epoch())),
        gauge(
            "zlayer_map_revision",
            "Second part of the version of the leader's map that this worker has.",
            Sample.of(map.revision())),
        gauge(
            "zlayer_map_confirmed_timestamp_seconds",
            "When the leader said last that this is its map; absent before the first time.",
            map.confirmedAt().map(Family::seconds).stream().flatMap(Sample::of)),
        gauge(
            "zlayer_map_trusted",
            "Whether this worker relies on its map; 0 once it is older than --map-ttl allows.",
            Sample.of(Family.flag(map.trusted()))));
  }
}
