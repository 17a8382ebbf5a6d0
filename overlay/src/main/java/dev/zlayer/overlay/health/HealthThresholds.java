package dev.zlayer.overlay.health;

import java.time.Duration;

/**
 * When a verdict changes.
 *
 * @param downAfter failed checks in a row after which a peer is DOWN, at least 1
 * @param upAfter good checks in a row after which it is UP, at least 1
 * @param handshakeTimeout bytes received count as evidence only while the last handshake is younger
 *     than this; WireGuard gives a session up after 180 s
 */
public record HealthThresholds(int downAfter, int upAfter, Duration handshakeTimeout) {
  /** DOWN after 2 failed checks, UP after 1 good one. */
  public static final HealthThresholds DEFAULT = new HealthThresholds(2, 1, Duration.ofMinutes(3));

  public HealthThresholds {
    if (downAfter < 1 || upAfter < 1) {
      throw new IllegalArgumentException(
          "thresholds %d and %d: at least one check is needed".formatted(downAfter, upAfter));
    }
    if (handshakeTimeout.isNegative() || handshakeTimeout.isZero()) {
      throw new IllegalArgumentException(
          "handshake timeout " + handshakeTimeout + " is not positive");
    }
  }
}
