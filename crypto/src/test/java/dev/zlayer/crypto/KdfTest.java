package dev.zlayer.crypto;

import static dev.zlayer.crypto.Bytes.hex;
import static dev.zlayer.crypto.Bytes.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.bouncycastle.crypto.digests.Blake2sDigest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
