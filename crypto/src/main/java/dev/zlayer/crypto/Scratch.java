package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.ref.Cleaner;

/**
 * What a thread needs to work on one packet at a time under any key: two areas with the packet's
 * text behind room for the key stream's first block, and a Poly1305.
 *
 * <p>Between packets those first blocks are zero, and so no key stays in this memory; of the texts
 * the last one does, as it does in the packet's own buffer.
 */
final class Scratch {
  /** The key stream's first block, of which Poly1305 takes its key (RFC 8439, section 2.6). */
  static final int HEAD_BYTES = 64;

  /** Bytes behind a text: its filling up to a block, and the block that tells its length. */
  private static final int TAIL_BYTES = 32;

  private static final int USUAL_TEXT_BYTES = 2048;
  private static final int START = 0;
  private static final int WRITTEN = START + OpenSslChaCha20.START_BYTES;
  private static final int TAG = WRITTEN + 8;
  private static final int AREAS = 64;

  private static final Cleaner CLEANER = Cleaner.create();
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final OpenSslPoly1305 poly1305 = new OpenSslPoly1305();
  private Arena arena;
  private long memory;
  private int room;

  private Scratch() {
    CLEANER.register(this, poly1305.release());
    allocate(USUAL_TEXT_BYTES);
  }

  /** The calling thread's, with room for a text of {@code length} bytes. */
  static Scratch of(int length) {
    Scratch scratch = OF_THREAD.get();
    if (length > scratch.room) {
      RawMemory.fill(scratch.input(), scratch.areaBytes(), 0);
      RawMemory.fill(scratch.output(), scratch.areaBytes(), 0);
      scratch.allocate(length);
    }
    return scratch;
  }

  OpenSslPoly1305 poly1305() {
    return poly1305;
  }

  /** Where ChaCha20 finds counter and nonce; the counter of blocks stays 0. */
  long start(long counter) {
    RawMemory.putLongLittleEndian(memory + START + 8, counter);
    return memory + START;
  }

  long written() {
    return memory + WRITTEN;
  }

  long tag() {
    return memory + TAG;
  }

  /** The area whose first block is always zero. */
  long input() {
    return memory + AREAS;
  }

  /** The area whose first block becomes key stream. */
  long output() {
    return memory + AREAS + areaBytes();
  }

  /** Erases the key stream in {@link #output}. */
  void eraseHead() {
    for (int i = 0; i < HEAD_BYTES; i += Long.BYTES) {
      RawMemory.putLong(output() + i, 0);
    }
  }

  private int areaBytes() {
    return (HEAD_BYTES + room + TAIL_BYTES + 63) & -64;
  }

  private void allocate(int length) {
    room = length;
    arena = Arena.ofAuto();
    memory = RawMemory.allocate(arena, AREAS + 2L * areaBytes());
  }
}
