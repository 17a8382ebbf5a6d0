package dev.zlayer.crypto;

import static dev.zlayer.crypto.LibCrypto.INT;
import static dev.zlayer.crypto.LibCrypto.LONG;
import static dev.zlayer.crypto.LibCrypto.NULL;
import static dev.zlayer.crypto.LibCrypto.requirePointer;
import static dev.zlayer.crypto.LibCrypto.requireSuccess;

import dev.zlayer.memory.RawMemory;
import java.lang.invoke.MethodHandle;

/** The primitives of the system's libcrypto. */
final class OpenSslCrypto implements Crypto {
  private static final int EVP_PKEY_X25519 = 1034;
  private static final int KEY_BYTES = 32;

  private static final MethodHandle NEW_PRIVATE_KEY =
      LibCrypto.function("EVP_PKEY_new_raw_private_key", LONG, INT, LONG, LONG, LONG);
  private static final MethodHandle NEW_PUBLIC_KEY =
      LibCrypto.function("EVP_PKEY_new_raw_public_key", LONG, INT, LONG, LONG, LONG);
  private static final MethodHandle GET_PUBLIC_KEY =
      LibCrypto.function("EVP_PKEY_get_raw_public_key", INT, LONG, LONG, LONG);
  private static final MethodHandle FREE_KEY = LibCrypto.procedure("EVP_PKEY_free", LONG);
  private static final MethodHandle NEW_CONTEXT =
      LibCrypto.function("EVP_PKEY_CTX_new", LONG, LONG, LONG);
  private static final MethodHandle FREE_CONTEXT = LibCrypto.procedure("EVP_PKEY_CTX_free", LONG);
  private static final MethodHandle DERIVE_INIT =
      LibCrypto.function("EVP_PKEY_derive_init", INT, LONG);
  private static final MethodHandle DERIVE_SET_PEER =
      LibCrypto.function("EVP_PKEY_derive_set_peer", INT, LONG, LONG);
  private static final MethodHandle DERIVE =
      LibCrypto.function("EVP_PKEY_derive", INT, LONG, LONG, LONG);

  // Scratch memory of one X25519 operation.
  private static final int INPUT = 0;
  private static final int OUTPUT = INPUT + KEY_BYTES;
  private static final int OUTPUT_LENGTH = OUTPUT + KEY_BYTES;
  private static final int SCRATCH_BYTES = OUTPUT_LENGTH + 8;

  /** Why packets take EVP's longer way, or empty if they don't. */
  private final String detour;

  private OpenSslCrypto(String detour) {
    this.detour = detour;
  }

  /**
   * Finds the library and tries each primitive once, since a libcrypto may be built or configured
   * without one (FIPS).
   *
   * @throws LinkageError if there is none, or it lacks a function
   * @throws IllegalStateException if it refuses a primitive
   */
  static OpenSslCrypto load() {
    OpenSslCrypto crypto = new OpenSslCrypto(ProviderSelfTest.failure());
    byte[] zeros = new byte[KEY_BYTES];
    PrivateKey key = PrivateKey.of(zeros);
    crypto.seal(zeros, 0, zeros, zeros);
    if (!crypto.agree(key, crypto.publicKey(key), new byte[KEY_BYTES])) {
      throw new IllegalStateException("EVP_PKEY_derive refuses a valid X25519 key");
    }
    return crypto;
  }

  /**
   * One whose packets go through EVP.
   *
   * @param reason why they must; not empty
   */
  static OpenSslCrypto overEvp(String reason) {
    return new OpenSslCrypto(reason);
  }

  @Override
  public String name() {
    String library = "openssl " + LibCrypto.versionText();
    return detour.isEmpty() ? library : library + " (through EVP: " + detour + ")";
  }

  @Override
  public Aead aead(byte[] key) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    return detour.isEmpty() ? new ProviderAead(key) : new OpenSslAead(key);
  }

  @Override
  public PublicKey publicKey(PrivateKey key) {
    long scratch = LibCrypto.allocate(SCRATCH_BYTES);
    long ours = NULL;
    try {
      ours = newKey(NEW_PRIVATE_KEY, "EVP_PKEY_new_raw_private_key", key.read(), scratch);
      RawMemory.putLong(scratch + OUTPUT_LENGTH, KEY_BYTES);
      requireSuccess(
          "EVP_PKEY_get_raw_public_key",
          (int) GET_PUBLIC_KEY.invokeExact(ours, scratch + OUTPUT, scratch + OUTPUT_LENGTH));
      byte[] bytes = new byte[KEY_BYTES];
      RawMemory.copy(scratch + OUTPUT, bytes, 0, KEY_BYTES);
      return PublicKey.of(bytes);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    } finally {
      freeKey(ours);
      LibCrypto.free(scratch, SCRATCH_BYTES);
    }
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    Lengths.require("a shared secret", shared, KEY_BYTES);
    long scratch = LibCrypto.allocate(SCRATCH_BYTES);
    long privateKey = NULL;
    long publicKey = NULL;
    try {
      privateKey = newKey(NEW_PRIVATE_KEY, "EVP_PKEY_new_raw_private_key", ours.read(), scratch);
      publicKey = newKey(NEW_PUBLIC_KEY, "EVP_PKEY_new_raw_public_key", theirs.read(), scratch);
      boolean derived = derive(privateKey, publicKey, scratch);
      RawMemory.copy(scratch + OUTPUT, shared, 0, KEY_BYTES);
      return derived;
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    } finally {
      freeKey(publicKey);
      freeKey(privateKey);
      LibCrypto.free(scratch, SCRATCH_BYTES);
    }
  }

  @Override
  public byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    byte[] sealed = new byte[plain.length + Aead.TAG_BYTES];
    int scratchBytes = sealed.length + additional.length;
    long message = LibCrypto.allocate(scratchBytes);
    long header = message + sealed.length;
    try (OpenSslAead aead = new OpenSslAead(key)) {
      RawMemory.copy(plain, 0, message, plain.length);
      RawMemory.copy(additional, 0, header, additional.length);
      aead.seal(counter, header, additional.length, message, plain.length, message);
      RawMemory.copy(message, sealed, 0, sealed.length);
      return sealed;
    } finally {
      LibCrypto.free(message, scratchBytes);
    }
  }

  @Override
  public boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    if (sealed.length < Aead.TAG_BYTES) {
      return false;
    }
    Lengths.require("the plain text", plain, sealed.length - Aead.TAG_BYTES);
    int scratchBytes = sealed.length + additional.length;
    long message = LibCrypto.allocate(scratchBytes);
    long header = message + sealed.length;
    try (OpenSslAead aead = new OpenSslAead(key)) {
      RawMemory.copy(sealed, 0, message, sealed.length);
      RawMemory.copy(additional, 0, header, additional.length);
      if (!aead.open(counter, header, additional.length, message, sealed.length, message)) {
        return false;
      }
      RawMemory.copy(message, plain, 0, plain.length);
      return true;
    } finally {
      LibCrypto.free(message, scratchBytes);
    }
  }

  private static boolean derive(long privateKey, long publicKey, long scratch) throws Throwable {
    long context =
        requirePointer("EVP_PKEY_CTX_new", (long) NEW_CONTEXT.invokeExact(privateKey, NULL));
    try {
      requireSuccess("EVP_PKEY_derive_init", (int) DERIVE_INIT.invokeExact(context));
      requireSuccess(
          "EVP_PKEY_derive_set_peer", (int) DERIVE_SET_PEER.invokeExact(context, publicKey));
      RawMemory.putLong(scratch + OUTPUT_LENGTH, KEY_BYTES);
      int result = (int) DERIVE.invokeExact(context, scratch + OUTPUT, scratch + OUTPUT_LENGTH);
      if (result != 1) {
        // libcrypto refuses an all-zero secret by itself.
        LibCrypto.clearErrors();
      }
      return result == 1;
    } finally {
      FREE_CONTEXT.invokeExact(context);
    }
  }

  private static long newKey(MethodHandle function, String call, byte[] key, long scratch)
      throws Throwable {
    long input = scratch + INPUT;
    RawMemory.copy(key, 0, input, KEY_BYTES);
    return requirePointer(
        call, (long) function.invokeExact(EVP_PKEY_X25519, NULL, input, (long) KEY_BYTES));
  }

  private static void freeKey(long key) {
    try {
      FREE_KEY.invokeExact(key);
    } catch (Throwable t) {
      throw LibCrypto.unchecked(t);
    }
  }
}
