package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;

/**
 * ChaCha20-Poly1305 of the two algorithms as libcrypto's provider has them: five native calls a
 * packet, and less behind each than behind EVP's.
 *
 * <p>One pass of ChaCha20 from block 0 on, which stands in the room before the text, gives both the
 * key of Poly1305 and the text. It goes on to the end of the last block, in the room after the
 * text: what is left of a block costs the vector code more than a whole one.
 */
final class ProviderAead implements Aead {
  /** Of ChaCha20; the first one of a packet's key stream is Poly1305's (RFC 8439, section 2.6). */
  private static final int BLOCK_BYTES = 64;

  private OpenSslChaCha20 chaCha20;

  /** Copies {@code key}, which has 32 bytes. */
  ProviderAead(byte[] key) {
    long copy = LibCrypto.allocate(KEY_BYTES);
    try {
      RawMemory.copy(key, 0, copy, KEY_BYTES);
      chaCha20 = new OpenSslChaCha20(copy, Scratch.ofThread().start(0));
    } finally {
      LibCrypto.free(copy, KEY_BYTES);
    }
  }

  @Override
  public void seal(long counter, long text, int length) {
    OpenSslChaCha20 cipher = requireOpen();
    if (length < 0) {
      throw new IllegalArgumentException("a packet of " + length + " bytes");
    }
    Scratch scratch = Scratch.ofThread();
    long head = text - BLOCK_BYTES;
    erase(head);
    try {
      cipher.crypt(scratch.start(counter), head, wholeBlocks(length), head, scratch.written());
      tag(scratch, head, text, length);
    } finally {
      erase(head);
    }
  }

  @Override
  public boolean open(long counter, long source, int length, long target) {
    OpenSslChaCha20 cipher = requireOpen();
    int plainLength = length - TAG_BYTES;
    if (plainLength < 0) {
      return false;
    }
    long tag = source + plainLength;
    long tagLow = RawMemory.getLong(tag);
    long tagHigh = RawMemory.getLong(tag + 8);
    Scratch scratch = Scratch.ofThread();
    long from = source - BLOCK_BYTES;
    long head = target - BLOCK_BYTES;
    erase(from);
    boolean isGenuine = false;
    try {
      cipher.crypt(scratch.start(counter), from, wholeBlocks(plainLength), head, scratch.written());
      tag(scratch, head, source, plainLength);
      // Without a branch on what the two tags share.
      isGenuine = ((RawMemory.getLong(tag) ^ tagLow) | (RawMemory.getLong(tag + 8) ^ tagHigh)) == 0;
      return isGenuine;
    } finally {
      erase(head);
      if (!isGenuine) {
        RawMemory.fill(target, plainLength, 0);
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

  /** Bytes of the key stream's first block and all those for a text of {@code length} bytes. */
  private static int wholeBlocks(int length) {
    return BLOCK_BYTES + ((length + BLOCK_BYTES - 1) & -BLOCK_BYTES);
  }

  private static void erase(long block) {
    for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
      RawMemory.putLong(block + i, 0);
    }
  }

  /**
   * Puts the tag behind the encrypted text, where it first fills the text up to a block and adds a
   * block with the lengths (RFC 8439, section 2.8).
   *
   * @param key where Poly1305's key stands
   */
  private static void tag(Scratch scratch, long key, long text, int length) {
    long end = text + length;
    int filled = (length + TAG_BYTES - 1) & -TAG_BYTES;
    RawMemory.putLong(end, 0);
    RawMemory.putLong(end + 8, 0);
    RawMemory.putLongLittleEndian(text + filled, 0);
    RawMemory.putLongLittleEndian(text + filled + 8, length);
    scratch.poly1305().tag(key, text, filled + TAG_BYTES, end, scratch.written());
  }
}
