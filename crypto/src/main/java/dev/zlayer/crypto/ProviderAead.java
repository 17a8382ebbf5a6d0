package dev.zlayer.crypto;

import static dev.zlayer.crypto.Scratch.HEAD_BYTES;

import dev.zlayer.memory.RawMemory;

/**
 * ChaCha20-Poly1305 of the two algorithms as libcrypto's provider has them: five native calls a
 * packet, and less behind each than behind EVP's.
 *
 * <p>One pass of ChaCha20 from block 0 on gives both the key of Poly1305 and the text, hence the
 * packet goes through {@link Scratch}, where it has room before and after it. A forged packet's
 * text never leaves the scratch memory, and is erased there.
 */
final class ProviderAead implements Aead {
  private OpenSslChaCha20 chaCha20;

  /** Copies {@code key}, which has 32 bytes. */
  ProviderAead(byte[] key) {
    Scratch scratch = Scratch.of(0);
    RawMemory.copy(key, 0, scratch.output(), KEY_BYTES);
    try {
      chaCha20 = new OpenSslChaCha20(scratch.output(), scratch.start(0));
    } finally {
      scratch.eraseHead();
    }
  }

  @Override
  public void seal(long counter, long source, int length, long target) {
    OpenSslChaCha20 cipher = requireOpen();
    if (length < 0) {
      throw new IllegalArgumentException("a packet of " + length + " bytes");
    }
    Scratch scratch = Scratch.of(length);
    long head = scratch.output();
    long text = head + HEAD_BYTES;
    try {
      RawMemory.copy(source, text, length);
      cipher.crypt(scratch.start(counter), head, HEAD_BYTES + length, head, scratch.written());
      tag(scratch, text, length, target + length);
      RawMemory.copy(text, target, length);
    } finally {
      scratch.eraseHead();
    }
  }

  @Override
  public boolean open(long counter, long source, int length, long target) {
    OpenSslChaCha20 cipher = requireOpen();
    int plainLength = length - TAG_BYTES;
    if (plainLength < 0) {
      return false;
    }
    Scratch scratch = Scratch.of(plainLength);
    long head = scratch.input();
    long text = scratch.output() + HEAD_BYTES;
    boolean isGenuine = false;
    try {
      RawMemory.copy(source, head + HEAD_BYTES, plainLength);
      cipher.crypt(
          scratch.start(counter),
          head,
          HEAD_BYTES + plainLength,
          scratch.output(),
          scratch.written());
      tag(scratch, head + HEAD_BYTES, plainLength, scratch.tag());
      isGenuine = isSame(scratch.tag(), source + plainLength);
      if (isGenuine) {
        RawMemory.copy(text, target, plainLength);
      }
      return isGenuine;
    } finally {
      scratch.eraseHead();
      if (!isGenuine) {
        RawMemory.fill(text, plainLength, 0);
      }
    }
  }

  @Override
  public void close() {
    if (chaCha20 != null) {
      chaCha20.close();
      chaCha20 = null;
    }
  }

  private OpenSslChaCha20 requireOpen() {
    if (chaCha20 == null) {
      throw new IllegalStateException("the cipher is closed");
    }
    return chaCha20;
  }

  /** RFC 8439, section 2.8: the text filled up to a block, and a block with the lengths. */
  private static void tag(Scratch scratch, long text, int length, long target) {
    int filled = (length + TAG_BYTES - 1) & -TAG_BYTES;
    for (int i = length; i < filled; i++) {
      RawMemory.putByte(text + i, 0);
    }
    RawMemory.putLongLittleEndian(text + filled, 0);
    RawMemory.putLongLittleEndian(text + filled + 8, length);
    scratch.poly1305().tag(scratch.output(), text, filled + TAG_BYTES, target, scratch.written());
  }

  /** Without a branch on what the two tags share. */
  private static boolean isSame(long one, long other) {
    long difference =
        (RawMemory.getLongLittleEndian(one) ^ RawMemory.getLongLittleEndian(other))
            | (RawMemory.getLongLittleEndian(one + 8) ^ RawMemory.getLongLittleEndian(other + 8));
    return difference == 0;
  }
}
