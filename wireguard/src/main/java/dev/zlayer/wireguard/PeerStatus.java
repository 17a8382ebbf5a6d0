package dev.zlayer.wireguard;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A peer as it is now.
 *
 * @param settings as configured, but with the endpoint that the peer was last heard from
 * @param lastHandshake wall-clock time of the last completed handshake
 * @param receivedBytes bytes of authenticated messages, headers included
 * @param sentBytes bytes of messages, headers included
 * @param drops packets from or for this peer that went no further
 */
public record PeerStatus(
    PeerSettings settings,
    Optional<Instant> lastHandshake,
    long receivedBytes,
    long sentBytes,
    Map<DropReason, Long> drops) {}
