package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whether {@link ProviderAead} can be relied on: its functions are there, and give what RFC 8439
 * and EVP say. Not every libcrypto's provider need have them.
 */
final class ProviderSelfTest {
  private static final int[] LENGTHS = {0, 1, 63, 64, 65, 255, 256, 1420, 4000};
  private static final int PLACE_BYTES = 4096 + 2 * Aead.ROOM_BYTES;

  /** RFC 8439, section 2.5.2. */
  private static final byte[] MAC_KEY =
      HexFormat.of().parseHex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");

  private static final byte[] MAC_TEXT =
      HexFormat.of()
          .parseHex("43727970746f6772617068696320466f72756d2052657365617263682047726f7570");
  private static final byte[] MAC_TAG = HexFormat.of().parseHex("a8061dc1305136c6c22b8baf0c0127a9");

  /** RFC 8439, appendix A.1, test vector 1: key, counter and nonce are zero. */
  private static final byte[] KEY_STREAM =
      HexFormat.of()
          .parseHex(
              "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                  + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");

  private ProviderSelfTest() {}

  /** What is wrong, or an empty text. */
  static String failure() {
    try (Arena arena = Arena.ofConfined()) {
      long memory = RawMemory.allocate(arena, 3 * PLACE_BYTES);
      return hasPublishedResults(memory) && agreesWithEvp(memory + Aead.ROOM_BYTES)
          ? ""
          : "the provider's ChaCha20 and Poly1305 fail their self-test";
    } catch (LinkageError | IllegalStateException e) {
      LibCrypto.clearErrors();
      Throwable reason = e.getCause() == null ? e : e.getCause();
      return String.valueOf(reason.getMessage());
    }
  }

  private static boolean hasPublishedResults(long memory) {
    long written = memory + 64;
    long result = memory + 128;
    try (OpenSslChaCha20 cipher = new OpenSslChaCha20(memory, memory)) {
      cipher.crypt(memory, memory, 64, result, written);
    }
    boolean hasKeyStream = isAt(result, KEY_STREAM);
    RawMemory.copy(MAC_KEY, 0, memory, MAC_KEY.length);
    RawMemory.copy(MAC_TEXT, 0, result, MAC_TEXT.length);
    Scratch.ofThread().poly1305().tag(memory, result, MAC_TEXT.length, result + 64, written);
    return hasKeyStream && isAt(result + 64, MAC_TAG);
  }

  private static boolean agreesWithEvp(long one) {
    long other = one + PLACE_BYTES;
    long opened = other + PLACE_BYTES;
    byte[] key = Arrays.copyOf(KEY_STREAM, Aead.KEY_BYTES);
    try (Aead fast = new ProviderAead(key);
        Aead evp = new OpenSslAead(key)) {
      for (int length : LENGTHS) {
        byte[] plain = new byte[length];
        Arrays.fill(plain, (byte) length);
        RawMemory.copy(plain, 0, one, length);
        RawMemory.copy(plain, 0, other, length);
        int sealed = length + Aead.TAG_BYTES;
        fast.seal(~length, one, length);
        evp.seal(~length, other, length);
        boolean isSame = Arrays.equals(read(one, sealed), read(other, sealed));
        if (!isSame
            || !fast.open(~length, one, sealed, opened)
            || !isAt(opened, plain)
            || fast.open(length, other, sealed, opened)) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean isAt(long address, byte[] expected) {
    return Arrays.equals(read(address, expected.length), expected);
  }

  private static byte[] read(long address, int length) {
    byte[] bytes = new byte[length];
    RawMemory.copy(address, bytes, 0, length);
    return bytes;
  }
}
