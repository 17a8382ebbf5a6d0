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
 * Our half of a handshake that a peer began, from its first message to our answer. Order and names
 * follow sections 5.4.2 and 5.4.3. Lives for one call of the engine, which closes it.
 */
final class ResponderHandshake implements AutoCloseable {
  /** Our answer, and the keys of the session that it opens. */
  record Answer(byte[] message, TransportKeys keys) {}

  private final Crypto crypto;
  private final Identity identity;
  private final Noise noise;
  private final int remoteIndex;
  private final PublicKey theirEphemeral;
  private final PublicKey initiator;
  private final byte[] encryptedTimestamp;

  private ResponderHandshake(
      Crypto crypto,
      Identity identity,
      Noise noise,
      int remoteIndex,
      PublicKey theirEphemeral,
      PublicKey initiator,
      byte[] encryptedTimestamp) {
    this.crypto = crypto;
    this.identity = identity;
    this.noise = noise;
    this.remoteIndex = remoteIndex;
    this.theirEphemeral = theirEphemeral;
    this.initiator = initiator;
    this.encryptedTimestamp = encryptedTimestamp;
  }

  /**
   * Reads who sent the first message, whose MAC1 was checked.
   *
   * @return empty if the message isn't authentic
   */
  static Optional<ResponderHandshake> read(Crypto crypto, Identity identity, byte[] message) {
    ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    int remoteIndex = buffer.getInt(4);
    PublicKey theirEphemeral = PublicKey.of(Arrays.copyOfRange(message, 8, 40));
    byte[] encryptedStatic = Arrays.copyOfRange(message, 40, 88);
    byte[] encryptedTimestamp = Arrays.copyOfRange(message, 88, 116);

    Noise noise = Noise.start(crypto, identity.publicKey());
    noise.mixEphemeral(theirEphemeral);
    byte[] initiator = new byte[PublicKey.BYTES];
    if (!noise.agreeAndDecrypt(identity.privateKey(), theirEphemeral, encryptedStatic, initiator)) {
      noise.erase();
      return Optional.empty();
    }
    return Optional.of(
        new ResponderHandshake(
            crypto,
            identity,
            noise,
            remoteIndex,
            theirEphemeral,
            PublicKey.of(initiator),
            encryptedTimestamp));
  }

  /** The static key that the initiator claims; {@link #timestamp} proves it. */
  PublicKey initiator() {
    return initiator;
  }

  /**
   * Reads the timestamp, which only the owner of the initiator's static key could encrypt.
   *
   * @param known the initiator's
   * @return empty if it isn't authentic
   */
  Optional<Tai64n> timestamp(StaticAgreement known) {
    byte[] timestamp = new byte[Tai64n.BYTES];
    return noise.agreeAndDecrypt(
            shared -> known.agree(crypto, identity, initiator, shared),
            encryptedTimestamp,
            timestamp)
        ? Optional.of(Tai64n.ofBytes(timestamp))
        : Optional.empty();
  }

  /**
   * Makes the second message (section 5.4.3).
   *
   * @param index the receiver index for the new session
   * @return empty if the initiator's keys agree on a secret of zero
   */
  Optional<Answer> answer(Entropy entropy, int index, PresharedKey presharedKey) {
    PrivateKey ephemeral = PrivateKey.generate(entropy);
    PublicKey ephemeralPublic = crypto.publicKey(ephemeral);
    noise.mixEphemeral(ephemeralPublic);
    boolean agreed = noise.mixAgreement(ephemeral, theirEphemeral);
    agreed &= noise.mixAgreement(ephemeral, initiator);
    ephemeral.destroy();
    if (!agreed) {
      return Optional.empty();
    }
    byte[] encryptedNothing = noise.encrypt(noise.mixPresharedKey(presharedKey), new byte[0]);

    byte[] message =
        ByteBuffer.allocate(Protocol.RESPONSE_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Protocol.TYPE_RESPONSE)
            .putInt(index)
            .putInt(remoteIndex)
            .put(ephemeralPublic.bytes())
            .put(encryptedNothing)
            .array();
    Identity.stamp(message, initiator);
    byte[][] keys = noise.split();
    return Optional.of(
        new Answer(message, new TransportKeys(keys[1], keys[0], index, remoteIndex)));
  }

  @Override
  public void close() {
    noise.erase();
  }
}
