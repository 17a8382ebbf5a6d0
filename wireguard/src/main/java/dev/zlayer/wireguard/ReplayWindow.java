package dev.zlayer.wireguard;

import java.util.Arrays;

/**
 * Remembers which of the last counters were seen, so that a packet is accepted once (section 5.4.6;
 * the bitmap of RFC 6479). Not thread safe: the session's receiving half guards it.
 */
final class ReplayWindow {
  private static final int WORD_SHIFT = 6;
  private static final int WORDS = 128;
  private static final int WORD_MASK = WORDS - 1;

  /** How far behind the newest counter one may be: all bits but the word that is being filled. */
  static final int SPAN = (WORDS - 1) << WORD_SHIFT;

  private final long[] seen = new long[WORDS];

  /** One more than the greatest counter accepted so far; 0 before the first. */
  private long next;

  /**
   * Whether a packet with {@code counter} may be looked at: not beyond the limit and not behind the
   * window. Cheap, and says nothing about repetition.
   */
  boolean isPlausible(long counter) {
    return Long.compareUnsigned(counter, Protocol.REJECT_AFTER_MESSAGES) < 0
        && Long.compareUnsigned(counter + 1 + SPAN, next) >= 0;
  }

  /** Records {@code counter}; false if it is implausible or was recorded before. */
  boolean accept(long counter) {
    if (!isPlausible(counter)) {
      return false;
    }
    long position = counter + 1;
    if (Long.compareUnsigned(position, next) > 0) {
      advanceTo(position);
    }
    int word = (int) (position >>> WORD_SHIFT) & WORD_MASK;
    long bit = 1L << position;
    boolean fresh = (seen[word] & bit) == 0;
    seen[word] |= bit;
    return fresh;
  }

  private void advanceTo(long position) {
    long from = next >>> WORD_SHIFT;
    long steps = (position >>> WORD_SHIFT) - from;
    if (steps >= WORDS) {
      Arrays.fill(seen, 0);
    } else {
      for (long i = 1; i <= steps; i++) {
        seen[(int) (from + i) & WORD_MASK] = 0;
      }
    }
    next = position;
  }
}
