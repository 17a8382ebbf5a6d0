package dev.zlayer.crypto;

import static dev.zlayer.crypto.LibCrypto.INT;
import static dev.zlayer.crypto.LibCrypto.LONG;
import static dev.zlayer.crypto.LibCrypto.NULL;
import static dev.zlayer.crypto.LibCrypto.requirePointer;
import static dev.zlayer.crypto.LibCrypto.requireSuccess;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/**
 * ChaCha20-Poly1305 of libcrypto. The key is set up once for each direction that is used; a packet
 * then costs four native calls to seal and three to open.
 *
 * <p>Key and nonce stand in native memory that {@link #close} erases.
 */
final class OpenSslAead implements Aead {
  private static final MethodHandle FETCH =
      LibCrypto.function("EVP_CIPHER_fetch", LONG, LONG, LONG, LONG);
  private static final MethodHandle NEW = LibCrypto.function("EVP_CIPHER_CTX_new", LONG);
  private static final MethodHandle FREE = LibCrypto.procedure("EVP_CIPHER_CTX_free", LONG);
  private static final MethodHandle INIT =
      LibCrypto.function("EVP_CipherInit_ex2", INT, LONG, LONG, LONG, LONG, INT, LONG);
  private static final MethodHandle UPDATE =
      LibCrypto.function("EVP_CipherUpdate", INT, LONG, LONG, LONG, LONG, INT);
  private static final MethodHandle FINAL =
      LibCrypto.function("EVP_CipherFinal_ex", INT, LONG, LONG, LONG);
  private static final MethodHandle GET_PARAMS =
      LibCrypto.function("EVP_CIPHER_CTX_get_params", INT, LONG, LONG);

  private static final int DECRYPT = 0;
  private static final int ENCRYPT = 1;
  private static final int SAME_DIRECTION = -1;
  private static final int OSSL_PARAM_OCTET_STRING = 5;

  private static final long TAG_NAME = Arena.global().allocateFrom("tag").address();
  private static final long CIPHER = fetchCipher();

  // Scratch memory: the key, the nonce, how much a call wrote, and a list of two OSSL_PARAM, of
  // which the first names the tag's place and the second, all zero, ends the list.
  private static final int KEY = 0;
  private static final int NONCE = KEY + KEY_BYTES;
  private static final int COUNTER = NONCE + 4;
  private static final int WRITTEN = NONCE + 16;
  private static final int PARAMS = WRITTEN + 8;
  private static final int PARAM_TYPE = PARAMS + 8;
  private static final int PARAM_DATA = PARAMS + 16;
  private static final int PARAM_SIZE = PARAMS + 24;
  private static final int PARAM_BYTES = 40;
  private static final int SCRATCH_BYTES = PARAMS + 2 * PARAM_BYTES;

  private long scratch;
  private long sealing;
  private long opening;

  /** Copies {@code key}, which has 32 bytes. */
  OpenSslAead(byte[] key) {
    scratch = LibCrypto.allocate(SCRATCH_BYTES);
    RawMemory.copy(key, 0, scratch + KEY, KEY_BYTES);
    RawMemory.putLong(scratch + PARAMS, TAG_NAME);
    RawMemory.putInt(scratch + PARAM_TYPE, OSSL_PARAM_OCTET_STRING);
    RawMemory.putLong(scratch + PARAM_SIZE, TAG_BYTES);
  }

  @Override
  public void seal(long counter, long text, int length) {
    seal(counter, NULL, 0, text, length, text);
  }

  @Override
  public boolean open(long counter, long source, int length, long target) {
    boolean isGenuine = open(counter, NULL, 0, source, length, target);
    if (!isGenuine && length > TAG_BYTES) {
      // EVP deciphers before it can tell.
      RawMemory.fill(target, length - TAG_BYTES, 0);
    }
    return isGenuine;
  }

  /**
   * Encrypts without any room but for the tag, in place or elsewhere, with {@code additionalLength}
   * bytes at {@code additional} authenticated too.
   */
  void seal(
      long counter, long additional, int additionalLength, long source, int length, long target) {
    requireOpen();
    if (length < 0) {
      throw new IllegalArgumentException("a packet of " + length + " bytes");
    }
    RawMemory.putLongLittleEndian(scratch + COUNTER, counter);
    RawMemory.putLong(scratch + PARAM_DATA, target + length);
    try {
      if (sealing == NULL) {
        sealing = newContext(ENCRYPT);
      }
      start(sealing, NULL);
      authenticate(sealing, additional, additionalLength);
      update(sealing, target, source, length);
      requireSuccess("EVP_CipherFinal_ex", finish(sealing, target + length));
      requireSuccess(
          "EVP_CIPHER_CTX_get_params", (int) GET_PARAMS.invokeExact(sealing, scratch + PARAMS));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  /**
   * The inverse of {@link #seal(long, long, int, long, int, long)}.
   *
   * @return false if the tag is wrong; what stands at {@code target} is then undefined
   */
  boolean open(
      long counter, long additional, int additionalLength, long source, int length, long target) {
    requireOpen();
    int plainLength = length - TAG_BYTES;
    if (plainLength < 0) {
      return false;
    }
    RawMemory.putLongLittleEndian(scratch + COUNTER, counter);
    RawMemory.putLong(scratch + PARAM_DATA, source + plainLength);
    try {
      if (opening == NULL) {
        opening = newContext(DECRYPT);
      }
      start(opening, scratch + PARAMS);
      authenticate(opening, additional, additionalLength);
      update(opening, target, source, plainLength);
      return finish(opening, target + plainLength) == 1;
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  @Override
  public void close() {
    try {
      FREE.invokeExact(sealing);
      FREE.invokeExact(opening);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
    LibCrypto.free(scratch, SCRATCH_BYTES);
    sealing = NULL;
    opening = NULL;
    scratch = NULL;
  }

  private void requireOpen() {
    if (scratch == NULL) {
      throw new IllegalStateException("the cipher is closed");
    }
  }

  private long newContext(int direction) throws Throwable {
    long context = requirePointer("EVP_CIPHER_CTX_new", (long) NEW.invokeExact());
    int result = (int) INIT.invokeExact(context, CIPHER, scratch + KEY, NULL, direction, NULL);
    if (result != 1) {
      FREE.invokeExact(context);
    }
    requireSuccess("EVP_CipherInit_ex2", result);
    return context;
  }

  /** Sets the nonce, which discards what an earlier message left, and {@code params}. */
  private void start(long context, long params) throws Throwable {
    requireSuccess(
        "EVP_CipherInit_ex2",
        (int) INIT.invokeExact(context, NULL, NULL, scratch + NONCE, SAME_DIRECTION, params));
  }

  private void authenticate(long context, long additional, int length) throws Throwable {
    if (length > 0) {
      update(context, NULL, additional, length);
    }
  }

  private void update(long context, long target, long source, int length) throws Throwable {
    requireSuccess(
        "EVP_CipherUpdate",
        (int) UPDATE.invokeExact(context, target, scratch + WRITTEN, source, length));
  }

  /** Computes the tag; returns 1 if it is what it should be, where that is a question. */
  private int finish(long context, long target) throws Throwable {
    return (int) FINAL.invokeExact(context, target, scratch + WRITTEN);
  }

  private static long fetchCipher() {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom("ChaCha20-Poly1305").address();
      return requirePointer("EVP_CIPHER_fetch", (long) FETCH.invokeExact(NULL, name, NULL));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }
}
