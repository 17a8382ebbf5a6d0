package dev.zlayer.overlay.api;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The nonces of one sender's requests, for as long as their times would still be accepted: none is
 * accepted twice. Not thread safe.
 */
final class SeenNonces {
  /** How far a request's time may be from ours, in either direction. */
  static final long MAX_SKEW_MILLIS = 60_000;

  /** More requests than a sender's share of the rate allows in that time. */
  static final int MAX_NONCES = 4096;

  private final Set<ByteBuffer> seen = new HashSet<>();
  private final Deque<Seen> inOrder = new ArrayDeque<>();

  private record Seen(ByteBuffer nonce, long untilMillis) {}

  static boolean isTimely(long timeMillis, long nowMillis) {
    return timeMillis >= nowMillis - MAX_SKEW_MILLIS && timeMillis <= nowMillis + MAX_SKEW_MILLIS;
  }

  /** Whether this nonce wasn't seen yet; it is from now on. Full, it takes none. */
  boolean accept(byte[] nonce, long nowMillis) {
    forget(nowMillis);
    ByteBuffer key = ByteBuffer.wrap(nonce.clone());
    if (inOrder.size() == MAX_NONCES || !seen.add(key)) {
      return false;
    }
    inOrder.addLast(new Seen(key, nowMillis + 2 * MAX_SKEW_MILLIS));
    return true;
  }

  /** Whether there is nothing left to remember. */
  boolean isForgotten(long nowMillis) {
    forget(nowMillis);
    return inOrder.isEmpty();
  }

  private void forget(long nowMillis) {
    while (!inOrder.isEmpty() && inOrder.peekFirst().untilMillis() < nowMillis) {
      seen.remove(inOrder.removeFirst().nonce());
    }
  }
}
