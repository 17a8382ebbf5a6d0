package dev.zlayer.overlay.metrics;

import static dev.zlayer.overlay.metrics.Family.counter;
import static dev.zlayer.overlay.metrics.Family.gauge;
import static dev.zlayer.overlay.metrics.Family.info;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.metrics.Family.Sample;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What there is to know of each peer, labelled by its node id. */
record PeerMetrics(List<NodeStatus.Peer> peers) {
  Stream<MetricSnapshot> all() {
    return Stream.of(
        info(
            "zlayer_peer",
            "A peer and its overlay address; always 1.",
            peers.stream()
                .map(peer ->
                    of(peer)
                        .add(
                            "overlay_ip",
                            peer.config().overlayIp().map(IpText::format).orElse("")))),
        gauge(
            "zlayer_peer_up",
            "Whether traffic flows to the peer, as the last checks found it; absent before the first verdict.",
            health(health -> Optional.of(Family.flag(health.healthy())))),
        gauge(
            "zlayer_peer_failed_checks",
            "Checks in a row that the peer failed; 0 after a good one.",
            health(health -> Optional.of((double) health.failureCount()))),
        gauge(
            "zlayer_peer_round_trip_seconds",
            "Round trip of the last ping through the tunnel; absent where none was answered.",
            health(health -> health.lastPing().map(Family::seconds))),
        gauge(
            "zlayer_peer_ping_loss_ratio",
            "Share of the last 20 pings that the peer didn't answer; absent before the first.",
            health(health ->
                Optional.of(health.pings().loss()).filter(_ -> health.pings().sent() > 0))),
        gauge(
            "zlayer_peer_last_handshake_timestamp_seconds",
            "When the last handshake with the peer was completed; absent before the first.",
            each(peer -> peer.lastHandshake().map(Family::seconds))),
        counter(
            "zlayer_peer_handshakes",
            "Handshakes that were completed with the peer.",
            whole(NodeStatus.Peer::handshakes)),
        counter(
            "zlayer_peer_received_packets",
            "Authentic packets from the peer, keepalives among them.",
            whole(NodeStatus.Peer::receivedPackets)),
        counter(
            "zlayer_peer_sent_packets",
            "Packets to the peer, keepalives among them.",
            whole(NodeStatus.Peer::sentPackets)),
        counter(
            "zlayer_peer_received_bytes",
            "Bytes of authentic messages from the peer, headers included.",
            whole(NodeStatus.Peer::receivedBytes)),
        counter(
            "zlayer_peer_sent_bytes",
            "Bytes of messages to the peer, headers included.",
            whole(NodeStatus.Peer::sentBytes)),
        counter(
            "zlayer_peer_dropped_packets",
            "Packets from or for the peer that went no further, by reason.",
            peers.stream().flatMap(PeerMetrics::drops)));
  }

  private Stream<Sample> each(Function<NodeStatus.Peer, Optional<Double>> value) {
    return peers.stream()
        .flatMap(peer -> value.apply(peer).map(known -> new Sample(of(peer), known)).stream());
  }

  private Stream<Sample> whole(ToDoubleFunction<NodeStatus.Peer> value) {
    return peers.stream().map(peer -> new Sample(of(peer), value.applyAsDouble(peer)));
  }

  private Stream<Sample> health(Function<PeerHealth, Optional<Double>> value) {
    return each(peer -> peer.health().flatMap(value));
  }

  /** The reasons that occurred: there are two dozen, and most peers drop nothing. */
  private static Stream<Sample> drops(NodeStatus.Peer peer) {
    return peer.drops().entrySet().stream()
        .map(drop ->
            new Sample(
                of(peer).add(NodeMetrics.REASON, NodeMetrics.word(drop.getKey())),
                drop.getValue()));
  }

  private static Labels of(NodeStatus.Peer peer) {
    return Labels.of("peer", peer.config().nodeId());
  }
}
