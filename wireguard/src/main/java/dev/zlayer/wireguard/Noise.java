package dev.zlayer.wireguard;

import dev.zlayer.crypto.Blake2s;
import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Kdf;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * The running state of a Noise handshake: the paper's chaining key C and hash H (section 5.4), with
 * its operations in the paper's terms. Each failing step leaves a state that must be thrown away.
 */
final class Noise {
  private static final byte[] INITIAL_CHAIN = Blake2s.hash(Protocol.CONSTRUCTION);
  private static final byte[] INITIAL_HASH = Blake2s.hash(INITIAL_CHAIN, Protocol.IDENTIFIER);
  private static final byte[] EMPTY = {};

  private final Crypto crypto;
  private byte[] chain;
  private byte[] hash;

  private Noise(Crypto crypto, byte[] chain, byte[] hash) {
    this.crypto = crypto;
    this.chain = chain;
    this.hash = hash;
  }

  /** C and H at the start of a handshake with the responder whose static key is given. */
  static Noise start(Crypto crypto, PublicKey responder) {
    return new Noise(crypto, INITIAL_CHAIN.clone(), Blake2s.hash(INITIAL_HASH, responder.bytes()));
  }

  Noise copy() {
    return new Noise(crypto, chain.clone(), hash.clone());
  }

  /** H := Hash(H || text). */
  private void mixHash(byte[] text) {
    hash = Blake2s.hash(hash, text);
  }

  /** C := Kdf1(C, ephemeral), H := Hash(H || ephemeral). */
  void mixEphemeral(PublicKey ephemeral) {
    byte[] bytes = ephemeral.bytes();
    mixKey(bytes);
    mixHash(bytes);
  }

  /** C := Kdf1(C, input). */
  private void mixKey(byte[] input) {
    replaceChain(Kdf.derive(1, chain, input)[0]);
  }

  /** C := Kdf1(C, DH(ours, theirs)); false if the shared secret is zero. */
  boolean mixAgreement(PrivateKey ours, PublicKey theirs) {
    byte[] shared = new byte[PublicKey.BYTES];
    boolean agreed = crypto.agree(ours, theirs, shared);
    mixKey(shared);
    Arrays.fill(shared, (byte) 0);
    return agreed;
  }

  /** Puts the 32 bytes of DH(ours, theirs) into its argument; false if they are zero. */
  interface Agreement {
    boolean into(byte[] shared);
  }

  /** As the other, with an agreement of these keys. */
  Optional<byte[]> agreeAndEncrypt(PrivateKey ours, PublicKey theirs, byte[] plain) {
    return agreeAndEncrypt(shared -> crypto.agree(ours, theirs, shared), plain);
  }

  /**
   * (C, k) := Kdf2(C, DH(ours, theirs)), then Aead(k, 0, plain, H), which is mixed into H; empty if
   * the shared secret is zero.
   */
  Optional<byte[]> agreeAndEncrypt(Agreement agreement, byte[] plain) {
    byte[] shared = new byte[PublicKey.BYTES];
    boolean agreed = agreement.into(shared);
    byte[] sealed = encrypt(mixKeyAndDerive(shared), plain);
    return agreed ? Optional.of(sealed) : Optional.empty();
  }

  /** As the other, with an agreement of these keys. */
  boolean agreeAndDecrypt(PrivateKey ours, PublicKey theirs, byte[] sealed, byte[] plain) {
    return agreeAndDecrypt(shared -> crypto.agree(ours, theirs, shared), sealed, plain);
  }

  /**
   * The inverse of {@link #agreeAndEncrypt}; false if the text is not authentic or the shared
   * secret is zero.
   */
  boolean agreeAndDecrypt(Agreement agreement, byte[] sealed, byte[] plain) {
    byte[] shared = new byte[PublicKey.BYTES];
    boolean agreed = agreement.into(shared);
    return decrypt(mixKeyAndDerive(shared), sealed, plain) && agreed;
  }

  /** (C, k) := Kdf2(C, secret), and returns k. Erases {@code secret}. */
  private byte[] mixKeyAndDerive(byte[] secret) {
    byte[][] derived = Kdf.derive(2, chain, secret);
    Arrays.fill(secret, (byte) 0);
    replaceChain(derived[0]);
    return derived[1];
  }

  /** (C, t, k) := Kdf3(C, Q), H := Hash(H || t), and returns k. */
  byte[] mixPresharedKey(PresharedKey presharedKey) {
    byte[] secret = presharedKey.bytes();
    byte[][] derived = Kdf.derive(3, chain, secret);
    Arrays.fill(secret, (byte) 0);
    replaceChain(derived[0]);
    mixHash(derived[1]);
    Arrays.fill(derived[1], (byte) 0);
    return derived[2];
  }

  /** Aead(k, 0, plain, H), which is then mixed into H. Erases {@code key}. */
  byte[] encrypt(byte[] key, byte[] plain) {
    byte[] sealed = crypto.seal(key, 0, plain, hash);
    Arrays.fill(key, (byte) 0);
    mixHash(sealed);
    return sealed;
  }

  /** The inverse of {@link #encrypt}; false if the text is not authentic. Erases {@code key}. */
  boolean decrypt(byte[] key, byte[] sealed, byte[] plain) {
    boolean authentic = crypto.open(key, 0, sealed, hash, plain);
    Arrays.fill(key, (byte) 0);
    mixHash(sealed);
    return authentic;
  }

  /** (T1, T2) := Kdf2(C, empty): the initiator's sending and receiving key. Ends this state. */
  byte[][] split() {
    byte[][] keys = Kdf.derive(2, chain, EMPTY);
    erase();
    return keys;
  }

  void erase() {
    Arrays.fill(chain, (byte) 0);
    Arrays.fill(hash, (byte) 0);
  }

  private void replaceChain(byte[] next) {
    Arrays.fill(chain, (byte) 0);
    chain = next;
  }
}
