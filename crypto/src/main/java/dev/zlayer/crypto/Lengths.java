package dev.zlayer.crypto;

/** The check that a byte array has the one length that is right for its purpose. */
final class Lengths {
  private Lengths() {}

  /**
   * Throws unless {@code bytes} has {@code expected} bytes.
   *
   * @param what names the array in the message, which never shows its content
   */
  static void require(String what, byte[] bytes, int expected) {
    if (bytes.length != expected) {
      throw new IllegalArgumentException(what + " has " + expected + " bytes, not " + bytes.length);
    }
  }
}
