package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Small messages: {@link Crypto#seal} and {@link Crypto#sealExtended} with their inverses. */
@ParameterizedClass
@MethodSource("dev.zlayer.crypto.Implementations#all")
final class MessageSealingTest {
  private static final byte[] KEY = pattern(32, 1);
  private static final byte[] NONCE = pattern(24, 2);

  private final Crypto crypto;

  MessageSealingTest(Crypto crypto) {
    this.crypto = crypto;
  }

  /** RFC 8439, appendix A.5, whose nonce has the form of WireGuard's. */
  @Test
  void opensAndSealsThePublishedMessage() {
    byte[] key = hex("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
    byte[] additional = hex("f33388860000000000004e91");
    byte[] plain =
        hex(
            "496e7465726e65742d4472616674732061726520647261667420646f63756d65",
            "6e74732076616c696420666f722061206d6178696d756d206f6620736978206d",
            "6f6e74687320616e64206d617920626520757064617465642c207265706c6163",
            "65642c206f72206f62736f6c65746564206279206f7468657220646f63756d65",
            "6e747320617420616e792074696d652e20497420697320696e617070726f7072",
            "6961746520746f2075736520496e7465726e65742d4472616674732061732072",
            "65666572656e6365206d6174657269616c206f7220746f206369746520746865",
            "6d206f74686572207468616e206173202fe2809c776f726b20696e2070726f67",
            "726573732e2fe2809d");
    byte[] sealed =
        hex(
            "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2",
            "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf",
            "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855",
            "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4",
            "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e",
            "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a",
            "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10",
            "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29",
            "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");
    long counter = 0x0807060504030201L;
    assertArrayEquals(sealed, crypto.seal(key, counter, plain, additional));
    byte[] opened = new byte[plain.length];
    assertTrue(crypto.open(key, counter, sealed, additional, opened));
    assertArrayEquals(plain, opened);
  }

  /** BoringSSL, crypto/cipher_extra/test/chacha20_poly1305_tests.txt: key, nonce, in, ad, out. */
  @ParameterizedTest
  @CsvSource({
    "9a97f65b9b4c721b960a672145fca8d4e32e67f9111ea979ce9c4826806aeee6,3de9c0da2bd7f91e,'','',"
        + "5a6e21f4ba6dbee57380e79e79c30def",
    "bcb2639bf989c6251b29bf38d39a9bdce7c55f4b2ac12a39c8a37b5d0a5cc2b5,1e8b4c510f5ca083,"
        + "8c8419bc27,34ab88c265,1a7c2f33f52a63876a887f4f080c9df418813fc1fd",
    "ec7b864a078c3d05d970b6ea3ba6d33d6bb73dfa64c622a4727a96ede876f685,2bca0e59e39508d3,"
        + "b76733895c871edd728a45ed1a21f15a9597d49d,cc1243ea54272db602fb0853c8e7027c56338b6c,"
        + "1fb9b2958fce47a5cada9d895fbb0c00d3569858219b4252deb16a43b292165aabc5d5ce",
  })
  void sealsPublishedMessages(String key, String nonce, String in, String ad, String out) {
    long counter = ByteBuffer.wrap(hex(nonce)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(out, hex(crypto.seal(hex(key), counter, hex(in), hex(ad))));
    byte[] opened = new byte[in.length() / 2];
    assertTrue(crypto.open(hex(key), counter, hex(out), hex(ad), opened));
    assertEquals(in, hex(opened));
  }

  /** draft-irtf-cfrg-xchacha-03, appendix A.3.1. */
  @Test
  void sealsThePublishedMessageUnderAnExtendedNonce() {
    byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    byte[] nonce = hex("404142434445464748494a4b4c4d4e4f5051525354555657");
    byte[] additional = hex("50515253c0c1c2c3c4c5c6c7");
    byte[] plain =
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the"
                + " future, sunscreen would be it.")
            .getBytes(US_ASCII);
    byte[] sealed =
        hex(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb",
            "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452",
            "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9",
            "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
    assertArrayEquals(sealed, crypto.sealExtended(key, nonce, plain, additional));
    byte[] opened = new byte[plain.length];
    assertTrue(crypto.openExtended(key, nonce, sealed, additional, opened));
    assertArrayEquals(plain, opened);
  }

  @Test
  void detectsAChangeOfAnyByte() {
    byte[] plain = pattern(33, 3);
    byte[] additional = pattern(20, 4);
    byte[] sealed = crypto.seal(KEY, 7, plain, additional);
    byte[] extended = crypto.sealExtended(KEY, NONCE, plain, additional);
    byte[] opened = new byte[plain.length];
    for (int i = 0; i < sealed.length; i++) {
      assertFalse(crypto.open(KEY, 7, flipped(sealed, i), additional, opened));
      assertFalse(crypto.openExtended(KEY, NONCE, flipped(extended, i), additional, opened));
    }
    for (int i = 0; i < additional.length; i++) {
      assertFalse(crypto.open(KEY, 7, sealed, flipped(additional, i), opened));
    }
    for (int i = 0; i < KEY.length; i++) {
      assertFalse(crypto.open(flipped(KEY, i), 7, sealed, additional, opened));
    }
    for (int i = 0; i < NONCE.length; i++) {
      assertFalse(crypto.openExtended(KEY, flipped(NONCE, i), extended, additional, opened));
    }
    assertFalse(crypto.open(KEY, 8, sealed, additional, opened));
    assertArrayEquals(new byte[plain.length], opened);
    assertTrue(crypto.open(KEY, 7, sealed, additional, opened));
  }

  @Test
  void sealsEmptyMessages() {
    byte[] nothing = {};
    byte[] sealed = crypto.seal(KEY, 0, nothing, nothing);
    assertEquals(16, sealed.length);
    assertTrue(crypto.open(KEY, 0, sealed, nothing, nothing));
  }

  @Test
  void whatIsShorterThanATagIsForged() {
    for (int length = 0; length < 16; length++) {
      assertFalse(crypto.open(KEY, 0, new byte[length], new byte[0], new byte[0]));
    }
  }

  @Test
  void refusesWrongLengths() {
    byte[] nothing = {};
    byte[] sealed = new byte[20];
    byte[] shortKey = new byte[31];
    assertThrows(IllegalArgumentException.class, () -> crypto.seal(shortKey, 0, nothing, nothing));
    assertThrows(
        IllegalArgumentException.class, () -> crypto.open(shortKey, 0, sealed, nothing, nothing));
    assertThrows(
        IllegalArgumentException.class, () -> crypto.open(KEY, 0, sealed, nothing, new byte[5]));
    assertThrows(
        IllegalArgumentException.class,
        () -> crypto.sealExtended(shortKey, NONCE, nothing, nothing));
    assertThrows(
        IllegalArgumentException.class,
        () -> crypto.sealExtended(KEY, new byte[12], nothing, nothing));
    assertThrows(IllegalArgumentException.class, () -> crypto.aead(shortKey));
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = Arrays.copyOf(bytes, bytes.length);
    changed[at] ^= 1;
    return changed;
  }
}
