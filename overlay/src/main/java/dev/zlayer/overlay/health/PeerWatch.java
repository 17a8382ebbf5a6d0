package dev.zlayer.overlay.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The verdict on one peer over time. Pure: evidence and time come in. Not thread safe.
 *
 * <p>Healthy means that traffic flows. What the peer sent since the last check proves it; where it
 * sent nothing it is to be probed, and an answered probe proves it as well. A young handshake
 * proves nothing about now, and an old one nothing against an idle peer: its age only tells whether
 * bytes that were received are fresh enough to go without a probe.
 */
final class PeerWatch {
  /** All that a peer sends that hears nothing of us; so they don't show that traffic flows. */
  private static final int INITIATION_BYTES = 148;

  private final HealthThresholds thresholds;
  private final PingWindow pings = new PingWindow();
  private long receivedBytes;
  private boolean healthy;
  private Optional<Instant> since = Optional.empty();
  private int good;
  private int failed;
  private Optional<Duration> lastPing = Optional.empty();

  /** Begins to watch; what was received before {@code first} proves nothing. */
  PeerWatch(HealthThresholds thresholds, long receivedBytes) {
    this.thresholds = thresholds;
    this.receivedBytes = receivedBytes;
  }

  /** Whether {@code sample} alone doesn't show that traffic flows. */
  boolean probeDue(PeerSample sample, Instant now) {
    boolean young =
        sample
            .handshakeAge(now)
            .filter(age -> age.compareTo(thresholds.handshakeTimeout()) < 0)
            .isPresent();
    return !(hasReceived(sample) && young);
  }

  /**
   * Takes the evidence of a check that needed no probe, or of a peer that has no address to probe.
   * Returns whether the verdict has changed.
   */
  boolean judge(PeerSample sample, Instant now) {
    lastPing = Optional.empty();
    return judge(sample, !probeDue(sample, now), now);
  }

  /**
   * Takes the evidence of a check that needed a probe.
   *
   * @param sample taken after the probe
   * @param echoes the round trips of its echoes, empty for one that wasn't answered; at least one
   */
  boolean judgeProbed(PeerSample sample, List<Optional<Duration>> echoes, Instant now) {
    echoes.forEach(pings::add);
    lastPing = echoes.getLast();
    return judge(sample, lastPing.isPresent() || hasReceived(sample), now);
  }

  private boolean hasReceived(PeerSample sample) {
    // Fewer than before: the peer was removed and added again.
    boolean anew = sample.receivedBytes() < receivedBytes;
    long more = sample.receivedBytes() - (anew ? 0 : receivedBytes);
    return more % INITIATION_BYTES != 0;
  }

  private boolean judge(PeerSample sample, boolean flows, Instant now) {
    receivedBytes = sample.receivedBytes();
    good = flows ? good + 1 : 0;
    failed = flows ? 0 : failed + 1;
    boolean turned =
        flows
            ? good >= thresholds.upAfter() && !healthy
            : failed >= thresholds.downAfter() && (healthy || !judged());
    if (turned) {
      healthy = flows;
      since = Optional.of(now);
    }
    return turned;
  }

  /** Whether there is a verdict: the first takes as many checks as a change of it. */
  boolean judged() {
    return since.isPresent();
  }

  PeerHealth health(PeerSample sample, Instant now) {
    return new PeerHealth(
        sample.publicKey(),
        sample.overlayIp(),
        healthy,
        since,
        sample.handshakeAge(now),
        lastPing,
        failed,
        pings.statistics());
  }
}
