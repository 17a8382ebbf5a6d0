package dev.zlayer.wireguard;

/** Why a packet went no further. Each has a counter, per peer where the peer is known. */
public enum DropReason {
  /** Not a WireGuard message: its type, its reserved bytes or its length is wrong. */
  MALFORMED_MESSAGE,
  /** A handshake message whose MAC1 isn't made for our public key. */
  WRONG_MAC1,
  /** A handshake message that doesn't decrypt: wrong key, wrong preshared key, or altered. */
  HANDSHAKE_FAILED,
  /** An initiation of somebody who isn't our peer. */
  UNKNOWN_PEER,
  /** An initiation with a timestamp that isn't later than the last one's. */
  HANDSHAKE_REPLAYED,
  /** An initiation too soon after the last one of the same peer. */
  HANDSHAKE_FLOOD,
  /** A response or a transport message for a receiver index that we didn't give out. */
  UNKNOWN_INDEX,
  /** A handshake message without our cookie while we are under load; its sender was sent one. */
  COOKIE_DEMANDED,
  /** A handshake message of a source that has used up its share while we are under load. */
  RATE_LIMITED,
  /** A cookie reply that isn't authentic, or answers no message of ours. */
  WRONG_COOKIE_REPLY,
  /** A transport message of a session that is too old or was erased. */
  SESSION_EXPIRED,
  /** A transport message that doesn't authenticate. */
  WRONG_TAG,
  /** A transport message whose counter was seen before or is behind the window. */
  REPLAYED,
  /** The packet inside isn't IPv4 or IPv6, or is shorter than its header says. */
  MALFORMED_PACKET,
  /** A packet that leaves no room in its buffer for header, tag and the cipher's work. */
  PACKET_TOO_LONG,
  /** The packet inside comes from an address that its peer doesn't own. */
  SOURCE_NOT_ALLOWED,
  /** A packet of a peer that may reach one port only, to somewhere else; or one for such a peer. */
  CONFINED,
  /**
   * A packet that met congestion, outside (RFC 6040) or in the host's own queue, and can't carry
   * the mark of it.
   */
  CONGESTION,
  /** No peer owns the packet's target address. */
  NO_ROUTE,
  /** An initiation while the interface was down. */
  INTERFACE_DOWN,
  /** The peer's endpoint isn't known. */
  NO_ENDPOINT,
  /** The peer's staging was full while a handshake ran; the oldest packet gave way. */
  STAGING_FULL,
  /** No handshake came about in 90 seconds; what waited for it was given up. */
  HANDSHAKE_TIMEOUT
}
