package dev.zlayer.crypto;

import javax.security.auth.Destroyable;

/**
 * A symmetric key that two peers mix into their handshakes (white paper, section 5.2).
 *
 * <p>Everything but {@link #toString} and {@link #isDestroyed} throws {@link IllegalStateException}
 * once the key was destroyed.
 */
public final class PresharedKey implements Destroyable {
  public static final int BYTES = KeyText.BYTES;

  /** 32 zero bytes: what the handshake takes where no key is shared. It can't be destroyed. */
  public static final PresharedKey NONE = new PresharedKey(new byte[BYTES]);

  private final SecretBytes secret;

  private PresharedKey(byte[] bytes) {
    this.secret = new SecretBytes(bytes);
  }

  /**
   * The key with these bytes, which are copied.
   *
   * @throws IllegalArgumentException if there are not 32
   */
  public static PresharedKey of(byte[] bytes) {
    return new PresharedKey(KeyText.PRESHARED.copyOf(bytes));
  }

  /**
   * Parses the form of {@code wg genpsk}.
   *
   * @throws IllegalArgumentException naming the rule, never the text, if it is not the one base64
   *     text of 32 bytes
   */
  public static PresharedKey parse(String base64) {
    return new PresharedKey(KeyText.PRESHARED.parseBase64(base64));
  }

  /**
   * Parses 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException naming the rule, never the text
   */
  public static PresharedKey parseHex(String hex) {
    return new PresharedKey(KeyText.PRESHARED.parseHex(hex));
  }

  /** A fresh key. */
  public static PresharedKey generate(Entropy entropy) {
    byte[] bytes = new byte[BYTES];
    entropy.fill(bytes);
    return new PresharedKey(bytes);
  }

  /** Whether all bytes are zero, which means that no key is shared. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** A copy, which the caller erases. */
  public byte[] bytes() {
    return secret.read().clone();
  }

  /** The form of {@code wg genpsk}: 44 characters, which can't be erased. */
  public String toBase64() {
    return KeyText.toBase64(secret.read());
  }

  /** 64 lower-case hexadecimal digits, which can't be erased. */
  public String toHex() {
    return KeyText.toHex(secret.read());
  }

  /** Erases the key, unless {@link #isNone}: zeros are no secret, and {@link #NONE} is shared. */
  @Override
  public void destroy() {
    if (!isDestroyed() && !isNone()) {
      secret.erase();
    }
  }

  @Override
  public boolean isDestroyed() {
    return secret.isErased();
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PresharedKey that && secret.equals(that.secret);
  }

  @Override
  public int hashCode() {
    return secret.hashCode();
  }

  @Override
  public String toString() {
    return "PresharedKey(hidden)";
  }
}
