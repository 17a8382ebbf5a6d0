package dev.zlayer.wireguard;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A peer as it is now.
 *
 * @param settings as configured, but with the endpoint that the peer was last heard from
 * @param lastHandshake wall-clock time of the last completed handshake
 * @param handshakes how many were completed
 * @param receivedBytes bytes of authenticated messages, headers included
 * @param sentBytes bytes of messages, headers included
 * @param receivedMessages authentic transport messages: packets and keepalives
 * @param sentMessages transport messages
 * @param drops packets from or for this peer that went no further
 */
public record PeerStatus(
    PeerSettings settings,
    Optional<Instant> lastHandshake,
    long handshakes,
    long receivedBytes,
    long sentBytes,
    long receivedMessages,
    long sentMessages,
    Map<DropReason, Long> drops) {}
