package dev.zlayer.overlay.dashboard;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a node's links fared in the last half hour: in memory, 2 KB and a half a peer. Peers that the
 * node doesn't have any more are forgotten. Thread safe.
 */
final class History {
  /** From one look at the node to the next. */
  static final Duration STEP = Duration.ofSeconds(10);

  /** How many looks are remembered: half an hour of them. */
  static final int POINTS = 180;

  private static final float[] NONE = {};

  // All guarded by this.
  private final Map<PublicKey, LinkHistory> links = new HashMap<>();
  private final Series receiveRate = new Series(POINTS);
  private final Series sendRate = new Series(POINTS);
  private Instant lastLook;

  /**
   * @param now before the first look
   */
  History(Instant now) {
    lastLook = now;
  }

  /** Takes a look at all peers of the node; about a {@link #STEP} after the one before. */
  synchronized void sample(Instant now, List<NodeStatus.Peer> peers) {
    double seconds = Math.max(0, Duration.between(lastLook, now).toMillis() / 1e3);
    int missed = Math.clamp(Math.round(seconds / STEP.toSeconds()) - 1, 0, POINTS);
    links.keySet().retainAll(peers.stream().map(peer -> peer.config().publicKey()).toList());
    double received = 0;
    double sent = 0;
    for (NodeStatus.Peer peer : peers) {
      LinkHistory link = link(peer.config().publicKey());
      link.sample(peer, missed, seconds);
      received += orZero(link.receiveRate.last());
      sent += orZero(link.sendRate.last());
    }
    receiveRate.skip(missed);
    receiveRate.add(received);
    sendRate.skip(missed);
    sendRate.add(sent);
    lastLook = now;
  }

  /** A peer is UP or DOWN, other than before. */
  synchronized void changed(PublicKey peer, Instant at, boolean up) {
    link(peer).changed(at, up);
  }

  /** Of one peer; there is nothing in it before the first look. */
  synchronized Track of(PublicKey peer) {
    LinkHistory link = links.getOrDefault(peer, new LinkHistory());
    return new Track(
        lastLook,
        link.rttMillis.values(),
        link.receiveRate.values(),
        link.sendRate.values(),
        link.changes());
  }

  /** Of all peers together. */
  synchronized Track total() {
    return new Track(lastLook, NONE, receiveRate.values(), sendRate.values(), List.of());
  }

  /** What came from a peer in the last step, in bytes a second; NaN where that isn't known. */
  synchronized float receiveRate(PublicKey peer) {
    return links.containsKey(peer) ? links.get(peer).receiveRate.last() : Float.NaN;
  }

  /** The same of what went to it. */
  synchronized float sendRate(PublicKey peer) {
    return links.containsKey(peer) ? links.get(peer).sendRate.last() : Float.NaN;
  }

  private LinkHistory link(PublicKey peer) {
    return links.computeIfAbsent(peer, _ -> new LinkHistory());
  }

  private static double orZero(float rate) {
    return Float.isNaN(rate) ? 0 : rate;
  }
}
