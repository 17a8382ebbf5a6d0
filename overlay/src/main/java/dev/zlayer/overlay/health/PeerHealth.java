package dev.zlayer.overlay.health;

import dev.zlayer.crypto.PublicKey;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One peer, as a check found it.
 *
 * @param publicKey who it is
 * @param overlayIp where it is probed: the first host among its allowed IPs
 * @param healthy the verdict, which takes some checks to change; false while there is none
 * @param since when the verdict came about; empty while there is none
 * @param handshakeAge since the last handshake; empty before the first
 * @param lastPing the round trip of the last probe; empty where it wasn't answered, or none was due
 * @param failureCount failed checks in a row; 0 after a good one
 * @param pings over the last probes
 */
public record PeerHealth(
    PublicKey publicKey,
    Optional<InetAddress> overlayIp,
    boolean healthy,
    Optional<Instant> since,
    Optional<Duration> handshakeAge,
    Optional<Duration> lastPing,
    int failureCount,
    PingStatistics pings) {}
