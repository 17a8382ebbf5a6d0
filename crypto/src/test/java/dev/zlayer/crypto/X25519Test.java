package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("dev.zlayer.crypto.Implementations#all")
final class X25519Test {
  private static final String ALICE =
      "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
  private static final String ALICE_PUBLIC =
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
  private static final String BOB =
      "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
  private static final String BOB_PUBLIC =
      "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
  private static final String SHARED =
      "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

  private final Crypto crypto;

  X25519Test(Crypto crypto) {
    this.crypto = crypto;
  }

  /** RFC 7748, section 5.2; the second u has its top bit set, which is to be ignored. */
  @ParameterizedTest
  @CsvSource({
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
        + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
        + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
        + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
        + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  })
  void multipliesPublishedScalarsAndPoints(String scalar, String u, String expected) {
    assertEquals(expected, agree(scalar, u));
  }

  /** RFC 7748, section 5.2: the result becomes the scalar, the scalar the point. */
  @Test
  void iteratesAThousandTimes() {
    String k = "09" + "00".repeat(31);
    String u = k;
    for (int i = 1; i <= 1000; i++) {
      String next = agree(k, u);
      u = k;
      k = next;
      if (i == 1) {
        assertEquals("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", k);
      }
    }
    assertEquals("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", k);
  }

  /** RFC 7748, section 6.1. */
  @Test
  void bothSidesAgree() {
    assertEquals(ALICE_PUBLIC, crypto.publicKey(PrivateKey.parseHex(ALICE)).toHex());
    assertEquals(BOB_PUBLIC, crypto.publicKey(PrivateKey.parseHex(BOB)).toHex());
    assertEquals(SHARED, agree(ALICE, BOB_PUBLIC));
    assertEquals(SHARED, agree(BOB, ALICE_PUBLIC));
  }

  /** The points of small order below 2^255 of https://cr.yp.to/ecdh.html. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void refusesPointsOfSmallOrder(String point) {
    byte[] u = hex(point);
    assertRefused(u);
    u[31] |= (byte) 0x80;
    assertRefused(u);
  }

  @Test
  void agreesAgainAfterARefusal() {
    refusesPointsOfSmallOrder("00".repeat(32));
    assertEquals(SHARED, agree(ALICE, BOB_PUBLIC));
  }

  @Test
  void implementationsGiveTheSameKeys() {
    for (int seed = 0; seed < 100; seed++) {
      PrivateKey key = PrivateKey.of(pattern(32, seed));
      PublicKey point = PublicKey.of(pattern(32, ~seed));
      assertEquals(Crypto.portable().publicKey(key), crypto.publicKey(key));
      byte[] shared = new byte[32];
      byte[] expected = new byte[32];
      assertTrue(Crypto.portable().agree(key, point, expected));
      assertTrue(crypto.agree(key, point, shared));
      assertArrayEquals(expected, shared);
    }
  }

  @Test
  void refusesDestroyedKeysAndWrongLengths() {
    PublicKey theirs = PublicKey.parseHex(BOB_PUBLIC);
    PrivateKey destroyed = PrivateKey.parseHex(ALICE);
    destroyed.destroy();
    assertThrows(IllegalStateException.class, () -> crypto.publicKey(destroyed));
    assertThrows(IllegalStateException.class, () -> crypto.agree(destroyed, theirs, new byte[32]));
    assertThrows(
        IllegalArgumentException.class,
        () -> crypto.agree(PrivateKey.parseHex(ALICE), theirs, new byte[31]));
  }

  private void assertRefused(byte[] u) {
    byte[] shared = pattern(32, 1);
    assertFalse(crypto.agree(PrivateKey.parseHex(ALICE), PublicKey.of(u), shared));
    assertArrayEquals(new byte[32], shared);
  }

  private String agree(String scalar, String u) {
    byte[] shared = new byte[32];
    assertTrue(crypto.agree(PrivateKey.parseHex(scalar), PublicKey.parseHex(u), shared));
    return hex(shared);
  }
}
