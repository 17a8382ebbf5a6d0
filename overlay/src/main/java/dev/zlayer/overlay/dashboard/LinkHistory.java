package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.health.PeerHealth;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;

/** How the link to one peer fared. Not thread safe. */
final class LinkHistory {
  /** How many changes are kept; a link that flaps may have more in half an hour. */
  static final int MAX_CHANGES = 60;

  final Series rttMillis = new Series(History.POINTS);
  final Series receiveRate = new Series(History.POINTS);
  final Series sendRate = new Series(History.POINTS);
  private final ArrayDeque<Change> changes = new ArrayDeque<>();
  private OptionalLong receivedBytes = OptionalLong.empty();
  private OptionalLong sentBytes = OptionalLong.empty();

  /** A verdict that another one, or none, was before. */
  record Change(Instant at, boolean up) {}

  /**
   * Takes the peer as it is at the end of a step.
   *
   * @param missed steps before this one at whose end nobody looked
   * @param seconds since the last look; 0 where there was none
   */
  void sample(NodeStatus.Peer peer, int missed, double seconds) {
    rttMillis.skip(missed);
    rttMillis.add(
        peer.health()
            .flatMap(PeerHealth::lastPing)
            .map(ping -> ping.toNanos() / 1e6)
            .orElse(Double.NaN));
    receiveRate.skip(missed);
    receiveRate.add(rate(receivedBytes, peer.receivedBytes(), seconds));
    receivedBytes = OptionalLong.of(peer.receivedBytes());
    sendRate.skip(missed);
    sendRate.add(rate(sentBytes, peer.sentBytes(), seconds));
    sentBytes = OptionalLong.of(peer.sentBytes());
  }

  /** Fewer bytes than before were counted anew: the peer was removed and added again. */
  private static double rate(OptionalLong before, long now, double seconds) {
    if (before.isEmpty() || seconds == 0) {
      return Double.NaN;
    }
    return (now < before.getAsLong() ? now : now - before.getAsLong()) / seconds;
  }

  void changed(Instant at, boolean up) {
    if (changes.size() == MAX_CHANGES) {
      changes.removeFirst();
    }
    changes.addLast(new Change(at, up));
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }
}
