package dev.zlayer.crypto;

import java.util.Arrays;

/** HKDF (RFC 5869) with HMAC-BLAKE2s and an empty info: Kdf_n of the white paper, section 5.4. */
public final class Kdf {
  private static final int MAX_OUTPUTS = 3;

  private Kdf() {}

  /**
   * Derives {@code outputs} keys of 32 bytes each, which belong to the caller, who erases them.
   *
   * @param outputs 1 to 3
   * @param chainingKey the running key of a handshake
   * @param input new key material, possibly empty
   */
  public static byte[][] derive(int outputs, byte[] chainingKey, byte[] input) {
    if (outputs < 1 || outputs > MAX_OUTPUTS) {
      throw new IllegalArgumentException(outputs + " keys are not 1 to " + MAX_OUTPUTS);
    }
    byte[] root = Blake2s.hmac(chainingKey, input);
    byte[][] keys = new byte[outputs][];
    byte[] previous = {};
    for (int i = 0; i < outputs; i++) {
      keys[i] = Blake2s.hmac(root, previous, new byte[] {(byte) (i + 1)});
      previous = keys[i];
    }
    Arrays.fill(root, (byte) 0);
    return keys;
  }
}
