package dev.zlayer.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The primitives from the JDK's own provider and Bouncy Castle, for any machine. */
final class JcaCrypto implements Crypto {
  /** The JDK's: an application may have put another one, with other parameters, before it. */
  private static final String PROVIDER = "SunJCE";

  private static final int NONCE_BYTES = 12;
  private static final int COUNTER_OFFSET = 4;

  /** The JDK's cipher of that name. */
  static Cipher cipher(String algorithm) {
    try {
      return Cipher.getInstance(algorithm, PROVIDER);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "this Java runtime lacks " + algorithm + " of " + PROVIDER + " (module java.base)", e);
    }
  }

  @Override
  public String name() {
    return "jca";
  }

  @Override
  public Aead aead(byte[] key) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    return new JcaAead(key);
  }

  @Override
  public PublicKey publicKey(PrivateKey key) {
    byte[] bytes = new byte[PublicKey.BYTES];
    X25519.scalarMultBase(key.read(), 0, bytes, 0);
    return PublicKey.of(bytes);
  }

  @Override
  public boolean agree(PrivateKey ours, PublicKey theirs, byte[] shared) {
    Lengths.require("a shared secret", shared, X25519.POINT_SIZE);
    return X25519.calculateAgreement(ours.read(), 0, theirs.read(), 0, shared, 0);
  }

  @Override
  public byte[] seal(byte[] key, long counter, byte[] plain, byte[] additional) {
    ErasableKey cipherKey = key(key);
    try {
      return start(Cipher.ENCRYPT_MODE, cipherKey, counter, additional).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 seals anything", e);
    } finally {
      cipherKey.destroy();
    }
  }

  @Override
  public boolean open(byte[] key, long counter, byte[] sealed, byte[] additional, byte[] plain) {
    ErasableKey cipherKey = key(key);
    if (sealed.length < Aead.TAG_BYTES) {
      return false;
    }
    Lengths.require("the plain text", plain, sealed.length - Aead.TAG_BYTES);
    try {
      start(Cipher.DECRYPT_MODE, cipherKey, counter, additional)
          .doFinal(sealed, 0, sealed.length, plain, 0);
      return true;
    } catch (AEADBadTagException _) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ChaCha20-Poly1305 opens anything", e);
    } finally {
      cipherKey.destroy();
    }
  }

  private static ErasableKey key(byte[] key) {
    Lengths.require("an AEAD key", key, Aead.KEY_BYTES);
    return new ErasableKey(key);
  }

  private static Cipher start(int mode, ErasableKey key, long counter, byte[] additional)
      throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE_BYTES];
    ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).putLong(COUNTER_OFFSET, counter);
    Cipher cipher = cipher("ChaCha20-Poly1305");
    cipher.init(mode, key, new IvParameterSpec(nonce));
    cipher.updateAAD(additional);
    return cipher;
  }
}
