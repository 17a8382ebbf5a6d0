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
 * X25519 of libcrypto, with all that a call needs made once: the context that makes keys of bytes,
 * and memory for its parameters.
 *
 * <p>A private key is given to libcrypto together with a public one, which need not belong to it:
 * without one libcrypto computes it, which takes longer than the agreement itself, and no agreement
 * looks at it. For one user at a time; it lives as long as the process.
 */
final class OpenSslX25519 {
  private static final int KEY_BYTES = 32;
  private static final int OSSL_PARAM_OCTET_STRING = 5;

  /** As {@code openssl/evp.h} has them: sets of OSSL_KEYMGMT_SELECT bits. */
  private static final int EVP_PKEY_PUBLIC_KEY = 0x86;

  private static final int EVP_PKEY_KEYPAIR = 0x87;
  private static final int WITHOUT_CHECKING_THE_PEER = 0;

  private static final MethodHandle NEW_CONTEXT_OF_NAME =
      LibCrypto.function("EVP_PKEY_CTX_new_from_name", LONG, LONG, LONG, LONG);
  private static final MethodHandle FROM_DATA_INIT =
      LibCrypto.function("EVP_PKEY_fromdata_init", INT, LONG);
  private static final MethodHandle FROM_DATA =
      LibCrypto.function("EVP_PKEY_fromdata", INT, LONG, LONG, INT, LONG);
  private static final MethodHandle FREE_KEY = LibCrypto.procedure("EVP_PKEY_free", LONG);
  private static final MethodHandle NEW_CONTEXT =
      LibCrypto.function("EVP_PKEY_CTX_new", LONG, LONG, LONG);
  private static final MethodHandle FREE_CONTEXT = LibCrypto.procedure("EVP_PKEY_CTX_free", LONG);
  private static final MethodHandle DERIVE_INIT =
      LibCrypto.function("EVP_PKEY_derive_init", INT, LONG);
  private static final MethodHandle DERIVE_SET_PEER =
      LibCrypto.function("EVP_PKEY_derive_set_peer_ex", INT, LONG, LONG, INT);
  private static final MethodHandle DERIVE =
      LibCrypto.function("EVP_PKEY_derive", INT, LONG, LONG, LONG);

  private static final long ALGORITHM = Arena.global().allocateFrom("X25519").address();
  private static final long PUBLIC_NAME = Arena.global().allocateFrom("pub").address();
  private static final long PRIVATE_NAME = Arena.global().allocateFrom("priv").address();

  // Scratch memory: both keys, the shared secret with its length, the address of a key that was
  // made, and a list of three OSSL_PARAM: private key, public key, and the end, all zero. Its tail
  // is
  // the list for a public key alone.
  private static final int PRIVATE = 0;
  private static final int PUBLIC = PRIVATE + KEY_BYTES;
  private static final int SHARED = PUBLIC + KEY_BYTES;
  private static final int SHARED_LENGTH = SHARED + KEY_BYTES;
  private static final int MADE = SHARED_LENGTH + 8;
  private static final int PAIR_PARAMS = MADE + 8;
  private static final int PARAM_BYTES = 40;
  private static final int PUBLIC_PARAMS = PAIR_PARAMS + PARAM_BYTES;
  private static final int SCRATCH_BYTES = PAIR_PARAMS + 3 * PARAM_BYTES;

  private final long scratch = LibCrypto.allocate(SCRATCH_BYTES);
  private final long maker;

  OpenSslX25519() {
    param(PAIR_PARAMS, PRIVATE_NAME, PRIVATE);
    param(PUBLIC_PARAMS, PUBLIC_NAME, PUBLIC);
    try {
      maker =
          requirePointer(
              "EVP_PKEY_CTX_new_from_name",
              (long) NEW_CONTEXT_OF_NAME.invokeExact(NULL, ALGORITHM, NULL));
      requireSuccess("EVP_PKEY_fromdata_init", (int) FROM_DATA_INIT.invokeExact(maker));
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }

  private void param(int offset, long name, int data) {
    RawMemory.putLong(scratch + offset, name);
    RawMemory.putInt(scratch + offset + 8, OSSL_PARAM_OCTET_STRING);
    RawMemory.putLong(scratch + offset + 16, scratch + data);
    RawMemory.putLong(scratch + offset + 24, KEY_BYTES);
  }

  /**
   * X25519 (RFC 7748, section 5) of the scalar {@code ours} and the point {@code theirs}.
   *
   * @param shared receives 32 bytes
   * @return false if they are all zero
   */
  boolean multiply(byte[] ours, byte[] theirs, byte[] shared) {
    long privateKey = NULL;
    long publicKey = NULL;
    try {
      RawMemory.copy(ours, 0, scratch + PRIVATE, KEY_BYTES);
      RawMemory.copy(theirs, 0, scratch + PUBLIC, KEY_BYTES);
      publicKey = newKey(EVP_PKEY_PUBLIC_KEY, PUBLIC_PARAMS);
      privateKey = newKey(EVP_PKEY_KEYPAIR, PAIR_PARAMS);
      boolean derived = derive(privateKey, publicKey);
      RawMemory.copy(scratch + SHARED, shared, 0, KEY_BYTES);
      return derived;
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    } finally {
      RawMemory.fill(scratch + PRIVATE, KEY_BYTES, 0);
      RawMemory.fill(scratch + SHARED, KEY_BYTES, 0);
      free(privateKey);
      free(publicKey);
    }
  }

  private long newKey(int kind, int params) throws Throwable {
    RawMemory.putLong(scratch + MADE, NULL);
    requireSuccess(
        "EVP_PKEY_fromdata",
        (int) FROM_DATA.invokeExact(maker, scratch + MADE, kind, scratch + params));
    return RawMemory.getLong(scratch + MADE);
  }

  private boolean derive(long privateKey, long publicKey) throws Throwable {
    long context =
        requirePointer("EVP_PKEY_CTX_new", (long) NEW_CONTEXT.invokeExact(privateKey, NULL));
    try {
      requireSuccess("EVP_PKEY_derive_init", (int) DERIVE_INIT.invokeExact(context));
      requireSuccess(
          "EVP_PKEY_derive_set_peer_ex",
          (int) DERIVE_SET_PEER.invokeExact(context, publicKey, WITHOUT_CHECKING_THE_PEER));
      RawMemory.putLong(scratch + SHARED_LENGTH, KEY_BYTES);
      int result = (int) DERIVE.invokeExact(context, scratch + SHARED, scratch + SHARED_LENGTH);
      if (result != 1) {
        // libcrypto refuses an all-zero secret by itself.
        LibCrypto.clearErrors();
      }
      return result == 1;
    } finally {
      FREE_CONTEXT.invokeExact(context);
    }
  }

  private static void free(long key) {
    try {
      FREE_KEY.invokeExact(key);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }
}
