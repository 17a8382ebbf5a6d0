package dev.zlayer.crypto;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key for the JDK's ciphers that can be erased, which the JDK's own {@code SecretKeySpec} can't.
 */
final class ErasableKey implements SecretKey {
  @Serial private static final long serialVersionUID = 1;

  private final transient byte[] bytes;

  /** Copies {@code bytes}. */
  ErasableKey(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public String getAlgorithm() {
    return "ChaCha20";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /** A copy, which the cipher that asks for it erases. */
  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Serial
  private void writeObject(ObjectOutputStream target) throws NotSerializableException {
    throw new NotSerializableException("a key stays in memory");
  }
}
