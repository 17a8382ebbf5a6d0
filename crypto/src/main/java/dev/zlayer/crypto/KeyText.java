package dev.zlayer.crypto;

import java.util.Base64;
import java.util.HexFormat;

/**
 * How each kind of key is written: base64 as {@code wg} prints it, or hexadecimal as the UAPI takes
 * it.
 */
enum KeyText {
  PRIVATE("a private key", false),
  PUBLIC("a public key", true),
  PRESHARED("a preshared key", false);

  static final int BYTES = 32;

  private static final int BASE64_CHARS = 44;

  /** The characters that may stand before the padding: 32 bytes leave two of its bits zero. */
  private static final String LAST_CHARS = "AEIMQUYcgkosw048";

  private final String noun;
  private final boolean quotable;

  KeyText(String noun, boolean quotable) {
    this.noun = noun;
    this.quotable = quotable;
  }

  static String toBase64(byte[] key) {
    return Base64.getEncoder().encodeToString(key);
  }

  static String toHex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }

  /** A copy of {@code bytes}, of which there must be 32. */
  byte[] copyOf(byte[] bytes) {
    Lengths.require(noun, bytes, BYTES);
    return bytes.clone();
  }

  /** The key that {@code text} encodes; one key has one text, so stray last bits are refused. */
  byte[] parseBase64(String text) {
    String rule = BASE64_CHARS + " base64 characters";
    if (text.length() != BASE64_CHARS
        || text.charAt(BASE64_CHARS - 1) != '='
        || LAST_CHARS.indexOf(text.charAt(BASE64_CHARS - 2)) < 0) {
      throw malformed(rule, text);
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed(rule, text);
    }
  }

  /** The key that {@code text} encodes, in either case. */
  byte[] parseHex(String text) {
    String rule = 2 * BYTES + " hexadecimal digits";
    if (text.length() != 2 * BYTES) {
      throw malformed(rule, text);
    }
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw malformed(rule, text);
    }
  }

  /** Without the decoder's exception as its cause: that one quotes what it stumbled over. */
  private IllegalArgumentException malformed(String rule, String text) {
    String got = quotable ? "'" + text + "'" : "the " + text.length() + " characters given";
    return new IllegalArgumentException(
        noun + " is " + rule + " that encode " + BYTES + " bytes, unlike " + got);
  }
}
