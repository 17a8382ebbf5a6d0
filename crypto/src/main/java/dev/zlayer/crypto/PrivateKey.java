package dev.zlayer.crypto;

import javax.security.auth.Destroyable;

/**
 * The secret half of a Curve25519 key pair.
 *
 * <p>It is kept as given; X25519 ignores the bits that RFC 7748 clamps, so two private keys that
 * differ in those only are one key in effect. Everything but {@link #toString} and {@link
 * #isDestroyed} throws {@link IllegalStateException} once the key was destroyed.
 */
public final class PrivateKey implements Destroyable {
  public static final int BYTES = KeyText.BYTES;

  private final SecretBytes secret;

  private PrivateKey(byte[] bytes) {
    this.secret = new SecretBytes(bytes);
  }

  /**
   * The key with these bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are not 32
   */
  public static PrivateKey of(byte[] bytes) {
    return new PrivateKey(KeyText.PRIVATE.copyOf(bytes));
  }

  /**
   * Parses the form of {@code wg genkey}.
   *
   * @throws IllegalArgumentException naming the rule, never the text, if it is not the one base64
   *     text of 32 bytes
   */
  public static PrivateKey parse(String base64) {
    return new PrivateKey(KeyText.PRIVATE.parseBase64(base64));
  }

  /**
   * Parses 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException naming the rule, never the text
   */
  public static PrivateKey parseHex(String hex) {
    return new PrivateKey(KeyText.PRIVATE.parseHex(hex));
  }

  /** A fresh key, clamped (RFC 7748, section 5). */
  public static PrivateKey generate(Entropy entropy) {
    byte[] bytes = new byte[BYTES];
    entropy.fill(bytes);
    bytes[0] &= (byte) 248;
    bytes[31] &= (byte) 127;
    bytes[31] |= (byte) 64;
    return new PrivateKey(bytes);
  }

  /** A copy, which the caller erases. */
  public byte[] bytes() {
    return secret.read().clone();
  }

  /** The form of {@code wg genkey}: 44 characters, which can't be erased. */
  public String toBase64() {
    return KeyText.toBase64(secret.read());
  }

  /** 64 lower-case hexadecimal digits, which can't be erased. */
  public String toHex() {
    return KeyText.toHex(secret.read());
  }

  /** Erases the key. Nobody may be using it at that time. */
  @Override
  public void destroy() {
    secret.erase();
  }

  @Override
  public boolean isDestroyed() {
    return secret.isErased();
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateKey that && secret.equals(that.secret);
  }

  @Override
  public int hashCode() {
    return secret.hashCode();
  }

  @Override
  public String toString() {
    return "PrivateKey(hidden)";
  }

  /** The bytes themselves: to be read at once and neither changed nor kept. */
  byte[] read() {
    return secret.read();
  }
}
