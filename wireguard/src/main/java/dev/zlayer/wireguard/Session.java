package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import java.util.Arrays;

/**
 * What a handshake agreed on: a key for each direction, and the rules for how long they serve
 * (section 6). Immutable but for its keys; thread safe.
 */
final class Session implements Receiver {
  private final Peer peer;
  private final int index;
  private final boolean isInitiator;
  private final long serial;
  private final long createdNanos;
  private final SealingKey sealing;
  private final OpeningKey opening;

  /**
   * Takes over {@code keys} and erases the bytes there.
   *
   * @param serial greater than that of every session before
   */
  Session(
      Crypto crypto,
      Peer peer,
      TransportKeys keys,
      boolean isInitiator,
      long serial,
      long nowNanos) {
    this.peer = peer;
    this.index = keys.localIndex();
    this.isInitiator = isInitiator;
    this.serial = serial;
    this.createdNanos = nowNanos;
    this.sealing = new SealingKey(crypto.aead(keys.sending()), keys.remoteIndex());
    this.opening = new OpeningKey(crypto.aead(keys.receiving()));
    Arrays.fill(keys.sending(), (byte) 0);
    Arrays.fill(keys.receiving(), (byte) 0);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  /** Whether this one came about after {@code other}. */
  boolean isNewerThan(Session other) {
    return serial > other.serial;
  }

  SealingKey sealing() {
    return sealing;
  }

  OpeningKey opening() {
    return opening;
  }

  /** Reject-After-Time: neither sends nor receives any more. */
  boolean isExpired(long nowNanos) {
    return nowNanos - createdNanos >= Protocol.REJECT_AFTER_NANOS;
  }

  /** Whether who sends in this session should begin a new one. */
  boolean wantsRekeyOnSend(long nowNanos) {
    return sealing.messages() > Protocol.REKEY_AFTER_MESSAGES
        || (isInitiator && nowNanos - createdNanos >= Protocol.REKEY_AFTER_NANOS);
  }

  /**
   * Whether who sends in this session, and has just received in {@code used}, should begin a new
   * one, before it ends in silence. That is on its initiator; but where the peer sends in another
   * session, after two handshakes at once, neither may have begun the one that it sends in.
   */
  boolean wantsRekeyOnReceive(Session used, long nowNanos) {
    return (isInitiator || used != this)
        && nowNanos - createdNanos >= Protocol.REKEY_ON_RECEIVE_NANOS;
  }

  void erase() {
    sealing.erase();
    opening.erase();
  }
}
