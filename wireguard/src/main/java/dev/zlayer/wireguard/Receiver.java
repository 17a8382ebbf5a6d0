package dev.zlayer.wireguard;

/** What a receiver index of ours stands for: a handshake that we began, or a session. */
sealed interface Receiver permits InitiatorHandshake, Session {
  /** The 32-bit number that the other side puts into its messages. */
  int index();

  /** Whom the index was given to. */
  Peer peer();
}
