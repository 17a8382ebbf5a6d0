package dev.zlayer.crypto;

/**
 * ChaCha20-Poly1305 (RFC 8439, section 2.8) under one key, over native memory, with an empty
 * additional text: what WireGuard's transport data messages need.
 *
 * <p>The nonce is four zero bytes and the counter in little endian (white paper, section 5.4.6).
 * Not thread safe: one thread at a time may call it, and whoever owns it keeps others out.
 */
public interface Aead extends AutoCloseable {
  /** Bytes of a key. */
  int KEY_BYTES = 32;

  /** Bytes by which a sealed packet is longer than the plain one. */
  int TAG_BYTES = 16;

  /**
   * Encrypts {@code length} bytes at {@code source} to {@code target} and appends the tag, so that
   * {@code length + TAG_BYTES} bytes are written. {@code source} and {@code target} are equal
   * (sealed in place) or don't overlap.
   *
   * @param counter the nonce, an unsigned number; never twice under one key
   * @param length plain bytes, 0 or more
   */
  void seal(long counter, long source, int length, long target);

  /**
   * Checks and decrypts {@code length} bytes, the tag included, at {@code source} to {@code
   * target}, where {@code length - TAG_BYTES} bytes are written. {@code source} and {@code target}
   * are equal or don't overlap.
   *
   * @return false if the tag is wrong or {@code length} is below {@code TAG_BYTES}; what stands at
   *     {@code target} is then undefined
   */
  boolean open(long counter, long source, int length, long target);

  /** Erases the key. Further calls of {@link #seal} and {@link #open} are a bug and throw. */
  @Override
  void close();
}
