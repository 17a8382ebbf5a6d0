package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.health.HealthThresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What there is to say of why a peer is DOWN. */
final class DownReason {
  private DownReason() {}

  /** Empty for a peer that isn't. */
  static Optional<String> of(NodeStatus.Peer peer, Instant now) {
    return peer.health()
        .filter(health -> !health.healthy())
        .map(health -> {
          Optional<Duration> age = peer.handshakeAge(now);
          if (peer.endpoint().isEmpty()) {
            return "nobody knows where it is, and it hasn't been heard from";
          }
          if (age.isEmpty()) {
            return "it has never answered; it is looked for at " + peer.endpoint().get();
          }
          if (age.get().compareTo(HealthThresholds.DEFAULT.handshakeTimeout()) > 0) {
            return "it doesn't answer at "
                + peer.endpoint().get()
                + " any more: the last handshake was "
                + age.get().toMinutes()
                + " min ago";
          }
          return "nothing came of it in the last " + health.failureCount() + " checks";
        });
  }
}
