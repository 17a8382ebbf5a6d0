package dev.zlayer.crypto;

import static dev.zlayer.crypto.LibCrypto.INT;
import static dev.zlayer.crypto.LibCrypto.LONG;
import static dev.zlayer.crypto.LibCrypto.NULL;
import static dev.zlayer.crypto.LibCrypto.requirePointer;
import static dev.zlayer.crypto.LibCrypto.requireSuccess;

import java.lang.invoke.MethodHandle;

/**
 * ChaCha20 (RFC 8439, section 2.4) of libcrypto's default provider under one key, which {@link
 * #close} erases. Not thread safe.
 */
final class OpenSslChaCha20 implements AutoCloseable {
  /** Bytes of where to start: the block counter in little endian, then the nonce. */
  static final int START_BYTES = 16;

  private static final ProviderAlgorithm ALGORITHM =
      ProviderAlgorithm.find(ProviderAlgorithm.CIPHER, "ChaCha20");
  private static final MethodHandle NEW = ALGORITHM.function(1, LONG, LONG);
  private static final MethodHandle INIT =
      ALGORITHM.shortFunction(2, INT, LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle CRYPT =
      ALGORITHM.shortFunction(6, INT, LONG, LONG, LONG, LONG, LONG, LONG);
  private static final MethodHandle FREE = ALGORITHM.procedure(7, LONG);

  private final long context;

  /** Copies the 32 bytes at {@code key}; {@code start} is any start. */
  OpenSslChaCha20(long key, long start) {
    try {
      context =
          requirePointer(
              "newctx of ChaCha20", (long) NEW.invokeExact(ProviderAlgorithm.providerContext()));
      init(key, Aead.KEY_BYTES, start);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  /**
   * Adds the key stream from {@code start} on to {@code length} bytes, in place or elsewhere.
   *
   * @param written receives how many bytes that were, 8 bytes wide
   */
  void crypt(long start, long source, long length, long target, long written) {
    try {
      init(NULL, 0, start);
      requireSuccess(
          "cipher of ChaCha20",
          (int) CRYPT.invokeExact(context, target, written, length, source, length));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  @Override
  public void close() {
    try {
      FREE.invokeExact(context);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  private void init(long key, long keyBytes, long start) throws Throwable {
    requireSuccess(
        "encrypt_init of ChaCha20",
        (int) INIT.invokeExact(context, key, keyBytes, start, (long) START_BYTES, NULL));
  }
}
