package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The primitives of the system's libcrypto. */
final class OpenSslCrypto implements Crypto {
  private static final int KEY_BYTES = 32;

  /** The u of the base point (RFC 7748, section 4.1). */
  private static final byte[] BASE_POINT = Arrays.copyOf(new byte[] {9}, KEY_BYTES);

  /** Those that nobody uses now: there are never more than were in use at once. */
  private final Queue<OpenSslX25519> multipliers = new ConcurrentLinkedQueue<>();

  private final String version;

  /** Why packets take EVP's longer way, or empty if they don't. */
  private final String detour;

  private OpenSslCrypto(String version, String detour) {
    this.version = version;
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
    // The version comes first: where there is no library, that is what it fails with.
    OpenSslCrypto crypto = new OpenSslCrypto(LibCrypto.versionText(), ProviderSelfTest.failure());
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
    return new OpenSslCrypto(LibCrypto.versionText(), reason);
  }

  @Override
  public String name() {
    String library = "openssl " + version;
    return detour.isEmpty() ? library : library + " (through EVP: " + detour + ")";
  }

  @Override
  public Aead aead(byte[] key) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    return detour.isEmpty() ? new ProviderAead(key) : new OpenSslAead(key);
  }

  @Override
  public PublicKey publicKey(PrivateKey key) {
    byte[] bytes = new byte[KEY_BYTES];
    if (!multiply(key.read(), BASE_POINT, bytes)) {
      throw new IllegalStateException("EVP_PKEY_derive refuses the base point");
    }
    return PublicKey.of(bytes);
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    Lengths.require("a shared secret", shared, KEY_BYTES);
    return multiply(ours.read(), theirs.read(), shared);
  }

  private boolean multiply(byte[] scalar, byte[] point, byte[] product) {
    OpenSslX25519 idle = multipliers.poll();
    OpenSslX25519 multiplier = idle == null ? new OpenSslX25519() : idle;
    try {
      return multiplier.multiply(scalar, point, product);
    } finally {
      multipliers.add(multiplier);
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
}
