package dev.zlayer.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03, section 2) on top of any ChaCha20-Poly1305. */
final class XChaCha20Poly1305 {
  private static final int NONCE_BYTES = 24;

  /** Bytes of the nonce that go into the subkey; the rest is the inner nonce. */
  private static final int PREFIX_BYTES = 16;

  private static final int KEY_BYTES = 32;
  private static final int DOUBLE_ROUNDS = 10;

  private XChaCha20Poly1305() {}

  static byte[] seal(Crypto crypto, byte[] key, byte[] nonce, byte[] plain, byte[] additional) {
    byte[] subkey = subkey(key, nonce);
    try {
      return crypto.seal(subkey, innerCounter(nonce), plain, additional);
    } finally {
      Arrays.fill(subkey, (byte) 0);
    }
  }

  static boolean open(
      Crypto crypto, byte[] key, byte[] nonce, byte[] sealed, byte[] additional, byte[] plain) {
    byte[] subkey = subkey(key, nonce);
    try {
      return crypto.open(subkey, innerCounter(nonce), sealed, additional, plain);
    } finally {
      Arrays.fill(subkey, (byte) 0);
    }
  }

  /**
   * HChaCha20 (section 2.2).
   *
   * @param nonce of which the first 16 bytes are used
   */
  static byte[] hChaCha20(byte[] key, byte[] nonce) {
    int[] state = new int[16];
    state[0] = 0x61707865;
    state[1] = 0x3320646e;
    state[2] = 0x79622d32;
    state[3] = 0x6b206574;
    littleEndian(key).asIntBuffer().get(state, 4, 8);
    littleEndian(nonce).asIntBuffer().get(state, 12, 4);
    for (int i = 0; i < DOUBLE_ROUNDS; i++) {
      doubleRound(state);
    }
    byte[] subkey = new byte[KEY_BYTES];
    littleEndian(subkey).asIntBuffer().put(state, 0, 4).put(state, 12, 4);
    Arrays.fill(state, 0);
    return subkey;
  }

  private static byte[] subkey(byte[] key, byte[] nonce) {
    Lengths.require("an AEAD key", key, KEY_BYTES);
    Lengths.require("an extended nonce", nonce, NONCE_BYTES);
    return hChaCha20(key, nonce);
  }

  /**
   * The inner nonce is four zero bytes and the outer one's last eight: just {@link Aead}'s form.
   */
  private static long innerCounter(byte[] nonce) {
    return littleEndian(nonce).getLong(PREFIX_BYTES);
  }

  /** RFC 8439, section 2.3: four column rounds, then four diagonal rounds. */
  private static void doubleRound(int[] state) {
    quarterRound(state, 0, 4, 8, 12);
    quarterRound(state, 1, 5, 9, 13);
    quarterRound(state, 2, 6, 10, 14);
    quarterRound(state, 3, 7, 11, 15);
    quarterRound(state, 0, 5, 10, 15);
    quarterRound(state, 1, 6, 11, 12);
    quarterRound(state, 2, 7, 8, 13);
    quarterRound(state, 3, 4, 9, 14);
  }

  /** RFC 8439, section 2.1. */
  private static void quarterRound(int[] state, int a, int b, int c, int d) {
    state[a] += state[b];
    state[d] = Integer.rotateLeft(state[d] ^ state[a], 16);
    state[c] += state[d];
    state[b] = Integer.rotateLeft(state[b] ^ state[c], 12);
    state[a] += state[b];
    state[d] = Integer.rotateLeft(state[d] ^ state[a], 8);
    state[c] += state[d];
    state[b] = Integer.rotateLeft(state[b] ^ state[c], 7);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
