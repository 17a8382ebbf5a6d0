package dev.zlayer.wireguard;

/**
 * Whether so many handshake messages come in that lead to nothing that each sender should prove
 * where he is first. Those that make a session don't count, however many they are: they come from
 * peers, which can't make more than a few each, and asking them for a cookie only makes them come
 * twice. Load lasts for a second after its last sign, so that it doesn't flicker. The engine's lock
 * guards it.
 */
final class LoadMeter {
  /** Messages in one window that led to nothing and count as load: a few per cent of a core. */
  static final int THRESHOLD = 32;

  static final long WINDOW_NANOS = 250_000_000L;
  static final long MEMORY_NANOS = 1_000_000_000L;

  private long windowSinceNanos;
  private int messages;
  private long underLoadUntilNanos;

  /** Counts a handshake message that led to nothing. */
  void countVain(long nowNanos) {
    if (nowNanos - windowSinceNanos >= WINDOW_NANOS) {
      windowSinceNanos = nowNanos;
      messages = 0;
    }
    messages++;
    if (messages > THRESHOLD) {
      underLoadUntilNanos = nowNanos + MEMORY_NANOS;
    }
  }

  boolean isUnderLoad(long nowNanos) {
    return nowNanos < underLoadUntilNanos;
  }
}
