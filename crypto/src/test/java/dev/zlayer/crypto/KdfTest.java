package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KdfTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 100})
  void matchesBouncyCastlesHkdf(int inputBytes) {
    byte[] chainingKey = pattern(32, 1);
    byte[] input = pattern(inputBytes, 2);
    HKDFBytesGenerator reference = new HKDFBytesGenerator(new Blake2sDigest(256));
    reference.init(new HKDFParameters(input, chainingKey, null));
    for (int outputs = 1; outputs <= 3; outputs++) {
      byte[][] keys = Kdf.derive(outputs, chainingKey, input);
      assertEquals(outputs, keys.length);
      reference.init(new HKDFParameters(input, chainingKey, null));
      for (byte[] key : keys) {
        byte[] expected = new byte[32];
        reference.generateBytes(expected, 0, 32);
        assertArrayEquals(expected, key);
      }
    }
  }

  /** WireGuard/wireguard-go, device/kdf_test.go. */
  @ParameterizedTest
  @CsvSource({
    "746573742d6b6579, 746573742d696e707574,"
        + " 6f0e5ad38daba1bea8a0d213688736f19763239305e0f58aba697f9ffc41c633,"
        + " df1194df20802a4fe594cde27e92991c8cae66c366e8106aaa937a55fa371e8a,"
        + " fac6e2745a325f5dc5d11a5b165aad08b0ada28e7b4e666b7c077934a4d76c24",
    "776972656775617264, 776972656775617264,"
        + " 491d43bbfdaa8750aaf535e334ecbfe5129967cd64635101c566d4caefda96e8,"
        + " 1e71a379baefd8a79aa4662212fcafe19a23e2b609a3db7d6bcba8f560e3d25f,"
        + " 31e1ae48bddfbe5de38f295e5452b1909a1b4e38e183926af3780b0c1e1f0160",
    "'', '',"
        + " 8387b46bf43eccfcf349552a095d8315c4055beb90208fb1be23b894bc2ed5d0,"
        + " 58a0e5f6faefccf4807bff1f05fa8a9217945762040bcec2f4b4a62bdfe0e86e,"
        + " 0ce6ea98ec548f8e281e93e32db65621c45eb18dc6f0a7ad94178610a2f7338e",
  })
  void derivesPublishedKeys(String key, String input, String t1, String t2, String t3) {
    byte[][] keys = Kdf.derive(3, hex(key), hex(input));
    assertEquals(List.of(t1, t2, t3), Stream.of(keys).map(Bytes::hex).toList());
  }

  /** Python 3: HKDF written out with {@code hmac} over {@code hashlib.blake2s}. */
  @Test
  void matchesPython() {
    byte[][] keys = Kdf.derive(3, hex("00".repeat(32)), hex("ff".repeat(32)));
    assertEquals("950c699a59a6768adfb816103350848b836de96defdf88fcc899cd3bd74ca6e8", hex(keys[0]));
    assertEquals("fc974ecb554e36f63bcec9d10da433145eca93936e6a2bf8cd0314af234311a1", hex(keys[1]));
    assertEquals("099aed1f4c32c1cafc00894876d4fa65c1354808c31e205ad11ca64256a861c2", hex(keys[2]));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4})
  void refusesOtherNumbersOfKeys(int outputs) {
    assertThrows(
        IllegalArgumentException.class, () -> Kdf.derive(outputs, new byte[32], new byte[0]));
  }
}
