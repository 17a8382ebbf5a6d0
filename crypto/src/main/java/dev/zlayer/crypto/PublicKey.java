package dev.zlayer.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The public half of a Curve25519 key pair: the name of a peer. Ordered by its bytes, unsigned,
 * first byte first.
 */
public final class PublicKey implements Comparable<PublicKey> {
  public static final int BYTES = KeyText.BYTES;

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key with these bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are not 32
   */
  public static PublicKey of(byte[] bytes) {
    return new PublicKey(KeyText.PUBLIC.copyOf(bytes));
  }

  /**
   * Parses the form of {@code wg pubkey}.
   *
   * @throws IllegalArgumentException naming the text and the rule, if it is not the one base64 text
   *     of 32 bytes
   */
  public static PublicKey parse(String base64) {
    return new PublicKey(KeyText.PUBLIC.parseBase64(base64));
  }

  /**
   * Parses 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException naming the text and the rule
   */
  public static PublicKey parseHex(String hex) {
    return new PublicKey(KeyText.PUBLIC.parseHex(hex));
  }

  /** Whether all bytes are zero, which is nobody's key. */
  public boolean isZero() {
    return MessageDigest.isEqual(bytes, new byte[BYTES]);
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The form of {@code wg pubkey}: 44 characters. */
  public String toBase64() {
    return KeyText.toBase64(bytes);
  }

  /** 64 lower-case hexadecimal digits. */
  public String toHex() {
    return KeyText.toHex(bytes);
  }

  @Override
  public int compareTo(PublicKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** As {@link #toBase64}. */
  @Override
  public String toString() {
    return toBase64();
  }

  /** The bytes themselves: to be read at once and neither changed nor kept. */
  byte[] read() {
    return bytes;
  }
}
