package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Our half of a handshake that we began: the first message made, the second awaited. Order and
 * names follow sections 5.4.2 and 5.4.3. The engine's lock guards it.
 */
final class InitiatorHandshake implements Receiver {
  private final Peer peer;
  private final int index;
  private final Identity identity;
  private final PrivateKey ephemeral;
  private final Noise noise;
  private final byte[] message;
  private boolean answered;

  private InitiatorHandshake(
      Peer peer, int index, Identity identity, PrivateKey ephemeral, Noise noise, byte[] message) {
    this.peer = peer;
    this.index = index;
    this.identity = identity;
    this.ephemeral = ephemeral;
    this.noise = noise;
    this.message = message;
  }

  /**
   * Makes the first message (section 5.4.2).
   *
   * @return empty if the peer's key agrees on a secret of zero
   */
  static Optional<InitiatorHandshake> begin(
      Crypto crypto, Entropy entropy, Identity identity, Peer peer, int index, Tai64n timestamp) {
    PublicKey responder = peer.publicKey();
    Noise noise = Noise.start(crypto, responder);
    PrivateKey ephemeral = PrivateKey.generate(entropy);
    PublicKey ephemeralPublic = crypto.publicKey(ephemeral);
    noise.mixEphemeral(ephemeralPublic);
    Optional<byte[]> encryptedStatic =
        noise.agreeAndEncrypt(ephemeral, responder, identity.publicKey().bytes());
    Optional<byte[]> encryptedTimestamp =
        noise.agreeAndEncrypt(
            shared -> peer.staticAgreement().agree(crypto, identity, responder, shared),
            timestamp.toBytes());
    if (encryptedStatic.isEmpty() || encryptedTimestamp.isEmpty()) {
      ephemeral.destroy();
      noise.erase();
      return Optional.empty();
    }

    byte[] message =
        ByteBuffer.allocate(Protocol.INITIATION_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Protocol.TYPE_INITIATION)
            .putInt(index)
            .put(ephemeralPublic.bytes())
            .put(encryptedStatic.get())
            .put(encryptedTimestamp.get())
            .array();
    Identity.stamp(message, responder);
    return Optional.of(new InitiatorHandshake(peer, index, identity, ephemeral, noise, message));
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  /** The identity of ours that the responder's MAC1 must be made for. */
  Identity identity() {
    return identity;
  }

  /** The first message, ready to send. */
  byte[] message() {
    return message;
  }

  /** Whether nothing that may be the answer has come before; true once. */
  boolean takeFirstAnswer() {
    boolean first = !answered;
    answered = true;
    return first;
  }

  /**
   * Takes the second message (section 5.4.3), whose MAC1 was checked.
   *
   * @return the session's keys, or empty if the message isn't authentic: this handshake then still
   *     waits for the true one
   */
  Optional<TransportKeys> finish(Crypto crypto, byte[] response, PresharedKey presharedKey) {
    ByteBuffer buffer = ByteBuffer.wrap(response).order(ByteOrder.LITTLE_ENDIAN);
    int remoteIndex = buffer.getInt(4);
    PublicKey theirEphemeral = PublicKey.of(Arrays.copyOfRange(response, 12, 44));
    byte[] empty = Arrays.copyOfRange(response, 44, 60);

    Noise state = noise.copy();
    state.mixEphemeral(theirEphemeral);
    boolean agreed = state.mixAgreement(ephemeral, theirEphemeral);
    agreed &= state.mixAgreement(identity.privateKey(), theirEphemeral);
    boolean authentic = state.decrypt(state.mixPresharedKey(presharedKey), empty, new byte[0]);
    if (!agreed || !authentic) {
      state.erase();
      return Optional.empty();
    }
    byte[][] keys = state.split();
    return Optional.of(new TransportKeys(keys[0], keys[1], index, remoteIndex));
  }

  void erase() {
    ephemeral.destroy();
    noise.erase();
  }
}
