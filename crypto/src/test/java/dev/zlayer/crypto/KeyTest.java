package dev.zlayer.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
  /** Alice's private key of RFC 7748, section 6.1, in hexadecimal and as {@code wg} writes it. */
  private static final String HEX =
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";

  private static final String BASE64 = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=";

  @Test
  void readsAndWritesBothForms() {
    assertEquals(HEX, PrivateKey.parse(BASE64).toHex());
    assertEquals(BASE64, PrivateKey.parseHex(HEX).toBase64());
    assertEquals(HEX, PresharedKey.parse(BASE64).toHex());
    assertEquals(BASE64, PresharedKey.parseHex(HEX).toBase64());
    assertEquals(HEX, PublicKey.parse(BASE64).toHex());
    assertEquals(BASE64, PublicKey.parseHex(HEX).toBase64());
    assertEquals(BASE64, PublicKey.parseHex(HEX).toString());
  }

  @Test
  void readsUpperCaseHexadecimal() {
    assertEquals(HEX, PublicKey.parseHex(HEX.toUpperCase(Locale.ROOT)).toHex());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "=",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCp=",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCoA",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LC==",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo= ",
        " wdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR2=LCo=",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR2_LCo=",
        "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR2\u0142LCo=",
      })
  void refusesBase64ThatWgRefuses(String text) {
    assertRefused(text, "44 base64 characters", PrivateKey::parse, PresharedKey::parse);
    assertQuoted(text, PublicKey::parse);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "77",
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2",
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a00",
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2g",
        "0x076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
      })
  void refusesWhatIsNot64HexadecimalDigits(String text) {
    assertRefused(text, "64 hexadecimal digits", PrivateKey::parseHex, PresharedKey::parseHex);
    assertQuoted(text, PublicKey::parseHex);
  }

  @Test
  void refusesAnythingBut32Bytes() {
    for (int length : new int[] {0, 31, 33, 64}) {
      byte[] bytes = new byte[length];
      for (Function<byte[], Object> of :
          List.<Function<byte[], Object>>of(PrivateKey::of, PresharedKey::of, PublicKey::of)) {
        var e = assertThrows(IllegalArgumentException.class, () -> of.apply(bytes));
        assertTrue(e.getMessage().contains("32 bytes, not " + length), e.getMessage());
      }
    }
  }

  @Test
  void sharesNoArrayWithItsCaller() {
    byte[] bytes = Bytes.hex(HEX);
    PrivateKey key = PrivateKey.of(bytes);
    PublicKey publicKey = PublicKey.of(bytes);
    bytes[0] = 0;
    key.bytes()[1] = 0;
    publicKey.bytes()[1] = 0;
    assertEquals(HEX, key.toHex());
    assertEquals(HEX, publicKey.toHex());
  }

  @Test
  void equalsByContentAndKind() {
    assertEquals(PrivateKey.parseHex(HEX), PrivateKey.parse(BASE64));
    assertEquals(PrivateKey.parseHex(HEX).hashCode(), PrivateKey.parse(BASE64).hashCode());
    assertEquals(PublicKey.parseHex(HEX), PublicKey.parse(BASE64));
    assertEquals(PublicKey.parseHex(HEX).hashCode(), PublicKey.parse(BASE64).hashCode());
    assertEquals(PresharedKey.parseHex(HEX), PresharedKey.parse(BASE64));
    assertNotEquals(PresharedKey.parseHex(HEX), PresharedKey.NONE);
    assertNotEquals((Object) PublicKey.parseHex(HEX), PrivateKey.parseHex(HEX));
    assertNotEquals((Object) PresharedKey.parseHex(HEX), PrivateKey.parseHex(HEX));
  }

  @Test
  void ordersPublicKeysByUnsignedBytes() {
    PublicKey low = PublicKey.parseHex("7f" + "ff".repeat(31));
    PublicKey high = PublicKey.parseHex("80" + "00".repeat(31));
    assertTrue(low.compareTo(high) < 0);
    assertTrue(high.compareTo(low) > 0);
    assertEquals(0, low.compareTo(PublicKey.of(low.bytes())));
  }

  @Test
  void knowsTheZeroKey() {
    assertTrue(PublicKey.of(new byte[32]).isZero());
    assertFalse(PublicKey.parseHex(HEX).isZero());
  }

  @Test
  void generatesClampedPrivateKeys() {
    PrivateKey ones = PrivateKey.generate(target -> Arrays.fill(target, (byte) 0xff));
    assertEquals("f8" + "ff".repeat(30) + "7f", ones.toHex());
    PrivateKey zeros = PrivateKey.generate(target -> {});
    assertEquals("00".repeat(31) + "40", zeros.toHex());
  }

  @Test
  void generatesPresharedKeysFromAllTheEntropy() {
    PresharedKey key = PresharedKey.generate(target -> Arrays.fill(target, (byte) 0xff));
    assertEquals("ff".repeat(32), key.toHex());
  }

  @Test
  void noPresharedKeyIsAllZeros() {
    assertArrayEquals(new byte[32], PresharedKey.NONE.bytes());
    assertTrue(PresharedKey.of(new byte[32]).isNone());
    assertFalse(PresharedKey.parseHex(HEX).isNone());
  }

  @Test
  void noPresharedKeyOutlivesItsDestruction() {
    PresharedKey.NONE.destroy();
    assertFalse(PresharedKey.NONE.isDestroyed());
    assertTrue(PresharedKey.NONE.isNone());
  }

  @Test
  void destroyedPrivateKeyIsErasedAndThrows() {
    PrivateKey key = PrivateKey.parseHex(HEX);
    byte[] inside = key.read();
    key.destroy();
    key.destroy();
    assertTrue(key.isDestroyed());
    assertArrayEquals(new byte[32], inside);
    assertThrows(IllegalStateException.class, key::bytes);
    assertThrows(IllegalStateException.class, key::toBase64);
    assertThrows(IllegalStateException.class, key::toHex);
    assertThrows(IllegalStateException.class, key::hashCode);
    assertThrows(IllegalStateException.class, () -> key.equals(PrivateKey.of(new byte[32])));
    assertEquals("PrivateKey(hidden)", key.toString());
  }

  @Test
  void destroyedPresharedKeyThrowsInsteadOfBecomingNone() {
    PresharedKey key = PresharedKey.parseHex(HEX);
    key.destroy();
    assertTrue(key.isDestroyed());
    assertThrows(IllegalStateException.class, key::isNone);
    assertThrows(IllegalStateException.class, key::bytes);
    assertThrows(IllegalStateException.class, key::toBase64);
    assertThrows(IllegalStateException.class, key::toHex);
    assertEquals("PresharedKey(hidden)", key.toString());
  }

  @Test
  void secretKeysHideThemselves() {
    assertEquals("PrivateKey(hidden)", PrivateKey.parseHex(HEX).toString());
    assertEquals("PresharedKey(hidden)", PresharedKey.parseHex(HEX).toString());
  }

  @SafeVarargs
  private static void assertRefused(
      String text, String rule, Function<String, Object>... secretParsers) {
    for (Function<String, Object> parse : secretParsers) {
      var e = assertThrows(IllegalArgumentException.class, () -> parse.apply(text));
      assertTrue(e.getMessage().contains(rule), e.getMessage());
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      for (int at = 0; at + 4 <= text.length(); at++) {
        String part = text.substring(at, at + 4);
        assertFalse(trace.toString().contains(part), () -> "shows '" + part + "': " + trace);
      }
    }
  }

  private static void assertQuoted(String text, Function<String, Object> parse) {
    var e = assertThrows(IllegalArgumentException.class, () -> parse.apply(text));
    assertTrue(e.getMessage().contains("'" + text + "'"), e.getMessage());
  }
}
