package dev.zlayer.overlay.api;

import dev.zlayer.crypto.PublicKey;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * What is remembered of who asked: how much each address, and which nonces each member. Both are
 * forgotten as soon as they say nothing any more. Thread safe.
 */
final class Callers {
  /** More than a mesh has members; beyond, nobody new may ask until others are forgotten. */
  private static final int MAX_ADDRESSES = 1 << 17;

  private static final int CALLS_BETWEEN_CLEANINGS = 1024;

  private final Map<InetAddress, RequestRate> rates = new HashMap<>();
  private final Map<PublicKey, SeenNonces> nonces = new HashMap<>();
  private int calls;

  /** Whether this address has a request left. */
  synchronized boolean mayAsk(InetAddress source, long nowMillis) {
    if (++calls % CALLS_BETWEEN_CLEANINGS == 0) {
      rates.values().removeIf(rate -> rate.isFull(nowMillis));
      nonces.values().removeIf(seen -> seen.isForgotten(nowMillis));
    }
    if (rates.size() >= MAX_ADDRESSES && !rates.containsKey(source)) {
      return false;
    }
    return rates.computeIfAbsent(source, _ -> new RequestRate(nowMillis)).take(nowMillis);
  }

  /** Whether this sender's nonce wasn't there yet. */
  synchronized boolean isNew(PublicKey sender, byte[] nonce, long nowMillis) {
    return nonces.computeIfAbsent(sender, _ -> new SeenNonces()).accept(nonce, nowMillis);
  }
}
