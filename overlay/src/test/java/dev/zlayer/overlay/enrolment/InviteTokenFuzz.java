package dev.zlayer.overlay.enrolment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whatever is pasted as a token: it is refused, or it is one, and then it says what it was read
 * from. The first byte tells whether the rest is a text or the content of one with a right
 * checksum.
 */
final class InviteTokenFuzz {
  private InviteTokenFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(data, 1, data.length);
    try {
      if (data[0] == 0) {
        text(new String(rest, StandardCharsets.ISO_8859_1));
      } else {
        InviteToken token = TokenBytes.read(rest);
        assertEquals(token, TokenBytes.read(TokenBytes.write(token)));
      }
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  private static void text(String text) {
    InviteToken token = InviteToken.parse(text);
    assertEquals(token, InviteToken.parse(token.encode()));
  }
}
