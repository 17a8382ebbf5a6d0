package dev.zlayer.crypto;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.ref.Cleaner;

/**
 * What a thread needs to work on one packet at a time under any key: a Poly1305, and memory for the
 * small things that native calls take and give. No text and no key comes into that memory.
 */
final class Scratch {
  private static final int START = 0;
  private static final int WRITTEN = START + OpenSslChaCha20.START_BYTES;

  /** A processor's cache line for each thread. */
  private static final int MEMORY_BYTES = 64;

  private static final Cleaner CLEANER = Cleaner.create();
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private final OpenSslPoly1305 poly1305 = new OpenSslPoly1305();

  /** Kept reachable, and with it the memory. */
  private final Arena arena = Arena.ofAuto();

  private final long memory = RawMemory.allocate(arena, MEMORY_BYTES);

  private Scratch() {
    CLEANER.register(this, poly1305.release());
  }

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  OpenSslPoly1305 poly1305() {
    return poly1305;
  }

  /** Where ChaCha20 finds counter and nonce; the counter of blocks stays 0. */
  long start(long counter) {
    RawMemory.putLongLittleEndian(memory + START + 8, counter);
    return memory + START;
  }

  /** Where a call tells how many bytes it wrote, which nobody asks. */
  long written() {
    return memory + WRITTEN;
  }
}
