package dev.zlayer.overlay.api;

/** How many requests one source may still make: a bucket that fills evenly. Not thread safe. */
final class RequestRate {
  static final int BURST = 30;
  static final int PER_SECOND = 10;

  private static final long MILLIS_A_REQUEST = 1000 / PER_SECOND;

  private long filledAtMillis;
  private long requests = BURST;

  RequestRate(long nowMillis) {
    this.filledAtMillis = nowMillis;
  }

  /** Whether there is one more; it is taken then. */
  boolean take(long nowMillis) {
    long gained = Math.max(0, (nowMillis - filledAtMillis) / MILLIS_A_REQUEST);
    filledAtMillis += gained * MILLIS_A_REQUEST;
    requests = Math.min(BURST, requests + gained);
    if (requests == 0) {
      return false;
    }
    requests--;
    return true;
  }

  /** Whether forgetting this source would change nothing. */
  boolean isFull(long nowMillis) {
    return requests + (nowMillis - filledAtMillis) / MILLIS_A_REQUEST >= BURST;
  }
}
