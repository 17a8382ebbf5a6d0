package dev.zlayer.overlay;

import java.nio.ByteBuffer;
import java.util.Base64;

/** Texts of the form of keys, for tests in which nothing is encrypted. */
public final class SampleKeys {
  private SampleKeys() {}

  /** A different text for every {@code number}. */
  public static String key(int number) {
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(32).putInt(number).putInt(28, ~number).array());
  }
}
