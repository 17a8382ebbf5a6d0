package dev.zlayer.crypto;

/**
 * The primitives that have a fast native and a portable implementation; both give the same results.
 * Thread safe.
 */
public interface Crypto {
  /** Which implementation this is, for people: {@code "openssl 3.0.19"} or {@code "jca"}. */
  String name();

  /**
   * A cipher for transport data under {@code key}, which is copied.
   *
   * @param key 32 bytes
   */
  Aead aead(byte[] key);

  /** The public key that belongs to {@code key} (RFC 7748, section 6.1). */
  PublicKey publicKey(PrivateKey key);

  /**
   * X25519 (RFC 7748, section 5).
   *
   * @param shared receives the 32-byte shared secret
   * @return false if the result is all zero, because {@code theirs} is a point of small order
   */
  boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared);

  /**
   * ChaCha20-Poly1305 over small messages: {@code plain} encrypted, then the 16-byte tag.
   *
   * @param key 32 bytes
   * @param counter the nonce as in {@link Aead}
   * @param additional authenticated, not encrypted
   */
  byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional);

  /**
   * The inverse of {@link #seal}.
   *
   * @param plain receives {@code sealed.length - 16} bytes, which must be its length
   * @return false if the tag is wrong
   */
  boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain);

  /**
   * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): as {@link #seal}, with a nonce of 24 bytes
   * that may be random.
   */
  default byte[] sealExtended(byte[] key, byte[] nonce, byte[] plain, byte[] additional) {
    return XChaCha20Poly1305.seal(this, key, nonce, plain, additional);
  }

  /** The inverse of {@link #sealExtended}; as {@link #open}. */
  default boolean openExtended(
      byte[] key, byte[] nonce, byte[] sealed, byte[] additional, byte[] plain) {
    return XChaCha20Poly1305.open(this, key, nonce, sealed, additional, plain);
  }

  /**
   * The fastest implementation that this machine has: the system's OpenSSL 3 libcrypto, or else the
   * portable one. The environment variable {@code ZLAYER_CRYPTO}, {@code openssl} or {@code jca},
   * forces one.
   *
   * @throws IllegalStateException if the forced one is unknown or can't be had here, and why
   */
  static Crypto system() {
    return SystemCrypto.chosen();
  }

  /**
   * The implementation on the system's OpenSSL 3 libcrypto.
   *
   * @throws IllegalStateException if it can't be had here, and why
   */
  static Crypto openSsl() {
    return SystemCrypto.openSsl();
  }

  /** The implementation on the JDK's own ciphers and Bouncy Castle, which runs anywhere. */
  static Crypto portable() {
    return SystemCrypto.portable();
  }
}
