package dev.zlayer.crypto;

import java.util.HexFormat;
import java.util.Random;

/** How the tests write bytes. */
final class Bytes {
  private Bytes() {}

  static byte[] hex(String... lines) {
    return HexFormat.of().parseHex(String.join("", lines));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** {@code length} arbitrary bytes, the same ones for the same {@code seed}. */
  static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
