package dev.zlayer.overlay.internal;

import java.util.Base64;

/** The rule for WireGuard keys as text: 44 characters of base64 that stand for 32 bytes. */
public final class KeyText {
  private static final int CHARACTERS = 44;
  private static final int BYTES = 32;

  private KeyText() {}

  /**
   * Checks a public key.
   *
   * @throws IllegalArgumentException naming the key
   */
  public static String requirePublic(String text) {
    if (!isKey(text)) {
      throw new IllegalArgumentException(
          "public key '" + text + "' is not 44 characters of base64 that stand for 32 bytes");
    }
    return text;
  }

  /**
   * Checks a key that nobody may see.
   *
   * @param what which key, for the message
   * @throws IllegalArgumentException without the key
   */
  public static String requireSecret(String what, String text) {
    if (!isKey(text)) {
      throw new IllegalArgumentException(
          "the " + what + " is not 44 characters of base64 that stand for 32 bytes");
    }
    return text;
  }

  /** One key has one text: spare bits behind the last byte are zero. */
  private static boolean isKey(String text) {
    if (text.length() != CHARACTERS) {
      return false;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      return bytes.length == BYTES && Base64.getEncoder().encodeToString(bytes).equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
