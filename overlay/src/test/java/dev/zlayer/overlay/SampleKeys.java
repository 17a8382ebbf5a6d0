package dev.zlayer.overlay;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Keys and their texts, for tests in which nothing is encrypted. */
public final class SampleKeys {
  private SampleKeys() {}

  /** A different text for every {@code number}. */
  public static String key(int number) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(32).putInt(number).putInt(28, ~number).array());
  }

  /** The public key of {@link #key}. */
  public static PublicKey publicKey(int number) {
    return PublicKey.parse(key(number));
  }

  /** The preshared key of {@link #key}. */
  public static PresharedKey presharedKey(int number) {
    return PresharedKey.parse(key(number));
  }
}
