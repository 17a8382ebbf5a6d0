package dev.zlayer.overlay.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Round trips over the last probes of a peer.
 *
 * @param sent probes, at most {@link PingWindow#PROBES}
 * @param answered of those
 * @param min the shortest round trip; empty, as the next two, when none was answered
 * @param mean the average one
 * @param max the longest one
 */
public record PingStatistics(
    int sent,
    int answered,
    Optional<Duration> min,
    Optional<Duration> mean,
    Optional<Duration> max) {
  /** No probe was sent. */
  public static final PingStatistics NONE =
      new PingStatistics(0, 0, Optional.empty(), Optional.empty(), Optional.empty());

  /** The share that wasn't answered, 0 to 1; 0 when nothing was sent. */
  public double loss() {
    return sent == 0 ? 0 : (double) (sent - answered) / sent;
  }
}
