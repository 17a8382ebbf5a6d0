package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Blake2sTest {
  private static final byte[] ABC = "abc".getBytes(US_ASCII);

  /** RFC 7693, appendix B. */
  @Test
  void hashesAbc() {
    assertEquals(
        "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982", hex(Blake2s.hash(ABC)));
  }

  /** Python 3's {@code hashlib.blake2s}, which is the designers' own code. */
  @Test
  void hashesNothingAndManyBlocks() {
    assertEquals(
        "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9", hex(Blake2s.hash()));
    assertEquals(
        "f03f5789d3336b80d002d59fdf918bdb775b00956ed5528e86aa994acb38fe2d",
        hex(Blake2s.hash(counting(255))));
  }

  /**
   * Python 3's {@code hashlib.blake2s(key=..., digest_size=16)}; the official vectors all have 32
   * bytes of output, which enters the hash.
   */
  @Test
  void macsAbc() {
    assertEquals("61ba5f165c194692e09d12520cc4c74a", hex(Blake2s.mac(counting(32), ABC)));
    assertEquals("75296c2d2c0f51210b383f386bc8b1ff", hex(Blake2s.mac(counting(16), ABC)));
  }

  /** BLAKE2/BLAKE2, testvectors/blake2s-test.txt: the digest that {@link Blake2s#mac} builds on. */
  @ParameterizedTest
  @CsvSource({
    "0, 48a8997da407876b3d79c0d92325ad3b89cbb754d86ab71aee047ad345fd2c49",
    "1, 40d15fee7c328830166ac3f918650f807e7e01e177258cdc0a39b11f598066f1",
    "64, 8975b0577fd35566d750b362b0897a26c399136df07bababbde6203ff2954ed4",
    "65, 21fe0ceb0052be7fb0f004187cacd7de67fa6eb0938d927677f2398c132317a8",
    "255, 3fb735061abc519dfe979e54c1ee5bfad0a9d858b3315bad34bde999efd724dd",
  })
  void keyedDigestMatchesOfficialVectors(int length, String expected) {
    assertEquals(expected, hex(Blake2s.keyed(counting(32), 32, counting(length))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 32, 63, 64, 65, 200})
  void hmacMatchesBouncyCastle(int keyBytes) {
    byte[] key = pattern(keyBytes, 1);
    for (int length : new int[] {0, 1, 63, 64, 65, 1000}) {
      byte[] message = pattern(length, 2);
      HMac reference = new HMac(new Blake2sDigest(256));
      reference.init(new KeyParameter(key));
      reference.update(message, 0, length);
      byte[] expected = new byte[32];
      reference.doFinal(expected, 0);
      assertArrayEquals(expected, Blake2s.hmac(key, message));
    }
  }

  /** Python 3's {@code hmac} over {@code hashlib.blake2s}. */
  @Test
  void hmacMatchesPython() {
    assertEquals(
        "82623be5bc0a391b24dce53e67d028eff92d586de0485ac37822e597d049c74f",
        hex(Blake2s.hmac(counting(32), ABC)));
  }

  @Test
  void partsCountAsTheirConcatenation() {
    byte[] key = counting(32);
    byte[] head = {'a'};
    byte[] tail = {'b', 'c'};
    assertArrayEquals(Blake2s.hash(ABC), Blake2s.hash(head, new byte[0], tail));
    assertArrayEquals(Blake2s.mac(key, ABC), Blake2s.mac(key, head, new byte[0], tail));
    assertArrayEquals(Blake2s.hmac(key, ABC), Blake2s.hmac(key, head, new byte[0], tail));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 33})
  void macRefusesKeysThatBlake2sCantTake(int keyBytes) {
    assertThrows(IllegalArgumentException.class, () -> Blake2s.mac(new byte[keyBytes], ABC));
  }

  @Test
  void leavesKeysAsTheyWere() {
    byte[] key = counting(32);
    Blake2s.mac(key, ABC);
    Blake2s.hmac(key, ABC);
    assertArrayEquals(counting(32), key);
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
