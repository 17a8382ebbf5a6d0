package dev.zlayer.overlay.health;

import dev.zlayer.crypto.PublicKey;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an interface tells of a peer.
 *
 * @param overlayIp the first host among its allowed IPs
 * @param lastHandshake empty before the first
 * @param receivedBytes authenticated ones, since the peer was made
 */
record PeerSample(
    PublicKey publicKey,
    Optional<InetAddress> overlayIp,
    Optional<Instant> lastHandshake,
    long receivedBytes) {
  Optional<Duration> handshakeAge(Instant now) {
    return lastHandshake.map(then -> Duration.between(then, now));
  }
}
