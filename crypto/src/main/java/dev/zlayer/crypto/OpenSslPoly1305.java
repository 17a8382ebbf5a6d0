package dev.zlayer.crypto;

import static dev.zlayer.crypto.LibCrypto.INT;
import static dev.zlayer.crypto.LibCrypto.LONG;
import static dev.zlayer.crypto.LibCrypto.NULL;
import static dev.zlayer.crypto.LibCrypto.requirePointer;
import static dev.zlayer.crypto.LibCrypto.requireSuccess;

import java.lang.invoke.MethodHandle;

/**
 * Poly1305 (RFC 8439, section 2.5) of libcrypto's default provider, message after message. Not
 * thread safe.
 */
final class OpenSslPoly1305 {
  private static final ProviderAlgorithm ALGORITHM =
      ProviderAlgorithm.find(ProviderAlgorithm.MAC, "POLY1305");
  private static final MethodHandle NEW = ALGORITHM.function(1, LONG, LONG);
  private static final MethodHandle FREE = ALGORITHM.procedure(3, LONG);
  private static final MethodHandle INIT = ALGORITHM.shortFunction(4, INT, LONG, LONG, LONG, LONG);
  private static final MethodHandle UPDATE = ALGORITHM.shortFunction(5, INT, LONG, LONG, LONG);
  private static final MethodHandle FINAL = ALGORITHM.shortFunction(6, INT, LONG, LONG, LONG, LONG);

  private static final long KEY_BYTES = 32;

  private final long context;

  OpenSslPoly1305() {
    try {
      context =
          requirePointer(
              "newctx of Poly1305", (long) NEW.invokeExact(ProviderAlgorithm.providerContext()));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  /**
   * Writes the tag of {@code length} bytes under the 32 bytes at {@code key}, which serve once.
   *
   * @param written receives how many bytes that were, 8 bytes wide
   */
  void tag(long key, long source, long length, long target, long written) {
    try {
      requireSuccess("init of Poly1305", (int) INIT.invokeExact(context, key, KEY_BYTES, NULL));
      requireSuccess("update of Poly1305", (int) UPDATE.invokeExact(context, source, length));
      requireSuccess(
          "final of Poly1305",
          (int) FINAL.invokeExact(context, target, written, (long) Aead.TAG_BYTES));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  /** What erases and frees it; holds nothing of this object. */
  Runnable release() {
    long address = context;
    return () -> {
      try {
        FREE.invokeExact(address);
      } catch (Throwable t) {
        throw LibCrypto.unchecked(t);
      }
    };
  }
}
