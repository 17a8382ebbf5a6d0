package dev.zlayer.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2sDigest;

/** BLAKE2s (RFC 7693) in the three ways in which the white paper, section 5.4, uses it. */
public final class Blake2s {
  /** Bytes of a hash and of an HMAC. */
  public static final int HASH_BYTES = 32;

  /** Bytes of a keyed hash. */
  public static final int MAC_BYTES = 16;

  private static final int BLOCK_BYTES = 64;
  private static final int MAX_KEY_BYTES = 32;

  private Blake2s() {}

  /** Hash: 32 bytes over the concatenation of {@code parts}. */
  public static byte[] hash(byte[]... parts) {
    return finish(new Blake2sDigest(8 * HASH_BYTES), parts);
  }

  /**
   * Mac: BLAKE2s's own keyed mode over the concatenation of {@code parts}, 16 bytes long.
   *
   * @param key 1 to 32 bytes
   */
  public static byte[] mac(byte[] key, byte[]... parts) {
    if (key.length < 1 || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException(
          "a BLAKE2s key has 1 to " + MAX_KEY_BYTES + " bytes, not " + key.length);
    }
    return keyed(key, MAC_BYTES, parts);
  }

  /**
   * Hmac: HMAC (RFC 2104) with BLAKE2s over the concatenation of {@code parts}, 32 bytes.
   *
   * @param key of any length
   */
  public static byte[] hmac(byte[] key, byte[]... parts) {
    byte[] pad = Arrays.copyOf(key.length > BLOCK_BYTES ? hash(key) : key, BLOCK_BYTES);
    flip(pad, 0x36);
    Blake2sDigest inner = new Blake2sDigest(8 * HASH_BYTES);
    inner.update(pad, 0, pad.length);
    byte[] innerHash = finish(inner, parts);
    flip(pad, 0x36 ^ 0x5c);
    byte[] result = hash(pad, innerHash);
    Arrays.fill(pad, (byte) 0);
    Arrays.fill(innerHash, (byte) 0);
    return result;
  }

  /** The keyed mode with {@code bytes} of output, 1 to 32. */
  static byte[] keyed(byte[] key, int bytes, byte[]... parts) {
    return finish(new Blake2sDigest(key, bytes, null, null), parts);
  }

  private static void flip(byte[] bytes, int mask) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= (byte) mask;
    }
  }

  private static byte[] finish(Blake2sDigest digest, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] result = new byte[digest.getDigestSize()];
    digest.doFinal(result, 0);
    digest.clearKey();
    return result;
  }
}
