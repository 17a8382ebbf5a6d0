package dev.zlayer.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The bytes of a secret key until they are erased. Thread safe, except that whoever erases them
 * must know that nobody is reading them.
 */
final class SecretBytes {
  private final byte[] bytes;
  private volatile boolean erased;

  /** Takes {@code bytes} over: nobody else may keep them. */
  SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The bytes themselves, not a copy: to be read at once and neither changed nor kept.
   *
   * @throws IllegalStateException if they were erased
   */
  byte[] read() {
    if (erased) {
      throw new IllegalStateException("the key was destroyed");
    }
    return bytes;
  }

  void erase() {
    erased = true;
    Arrays.fill(bytes, (byte) 0);
  }

  boolean isErased() {
    return erased;
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(read(), that.read());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(read());
  }

  @Override
  public String toString() {
    return "hidden";
  }
}
