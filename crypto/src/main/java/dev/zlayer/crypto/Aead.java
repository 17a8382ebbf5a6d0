package dev.zlayer.crypto;

/**
 * ChaCha20-Poly1305 (RFC 8439, section 2.8) under one key, over native memory, with an empty
 * additional text: what WireGuard's transport data messages need.
 *
 * <p>A text stands in room: {@link #ROOM_BYTES} bytes before its first byte and as many after its
 * last one belong to the cipher during a call, so that it need not copy the text to where it has
 * room for the key stream's first block and for whole blocks at the end. Both functions may read
 * and change them, wherever a text is read or written; what is in them afterwards is undefined but
 * for the tag, and never a secret. Nothing outside of text and room is changed.
 *
 * <p>The nonce is four zero bytes and the counter in little endian (white paper, section 5.4.6).
 * Not thread safe: one thread at a time may call it, and whoever owns it keeps others out.
 */
public interface Aead extends AutoCloseable {
  /** Bytes of a key. */
  int KEY_BYTES = 32;

  /** Bytes by which a sealed packet is longer than the plain one. */
  int TAG_BYTES = 16;

  /** Bytes before a text, and after it, that a call may change. */
  int ROOM_BYTES = 64;

  /**
   * Encrypts the {@code length} bytes at {@code text} in place and puts the tag behind them, into
   * the room there.
   *
   * @param counter the nonce, an unsigned number; never twice under one key
   * @param length plain bytes, 0 or more
   */
  void seal(long counter, long text, int length);

  /**
   * Checks {@code length} bytes at {@code source}, the encrypted text and the tag in the room
   * behind it, and decrypts the text to {@code target}. The two texts don't overlap, nor does their
   * room. The text at {@code source} stays as it is; the tag behind it doesn't.
   *
   * @return false if the tag is wrong or {@code length} is below {@code TAG_BYTES}; nothing of the
   *     text is at {@code target} then
   */
  boolean open(long counter, long source, int length, long target);

  /** Erases the key. Further calls of {@link #seal} and {@link #open} are a bug and throw. */
  @Override
  void close();
}
