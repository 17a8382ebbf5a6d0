package dev.zlayer.device;

import java.util.concurrent.atomic.AtomicLong;

/** Shows that a thread still goes round its loop: it beats each time, and any thread may look. */
final class Pulse {
  private final AtomicLong beats = new AtomicLong();

  /** Of the one thread whose pulse this is; costs it a plain store. */
  void beat() {
    beats.setRelease(beats.getPlain() + 1);
  }

  /** Beats so far. */
  long beats() {
    return beats.getAcquire();
  }
}
