package dev.zlayer.wireguard;

/**
 * Whether so many handshake messages come in that each sender should prove where he is first. Load
 * lasts for a second after its last sign, so that it doesn't flicker. The engine's lock guards it.
 */
final class LoadMeter {
  /** Handshake messages in one window that count as load: a few per cent of a core's time. */
  static final int THRESHOLD = 32;

  static final long WINDOW_NANOS = 250_000_000L;
  static final long MEMORY_NANOS = 1_000_000_000L;

  private long windowSinceNanos;
  private int messages;
  private long underLoadUntilNanos;

  /** Counts a handshake message; whether we are under load now. */
  boolean count(long nowNanos) {
    if (nowNanos - windowSinceNanos >= WINDOW_NANOS) {
      windowSinceNanos = nowNanos;
      messages = 0;
    }
    messages++;
    if (messages > THRESHOLD) {
      underLoadUntilNanos = nowNanos + MEMORY_NANOS;
    }
    return nowNanos < underLoadUntilNanos;
  }
}
