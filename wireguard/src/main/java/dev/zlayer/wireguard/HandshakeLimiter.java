package dev.zlayer.wireguard;

import dev.zlayer.memory.Endpoint;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * How many handshake messages one source may have answered while we are under load: 20 a second,
 * five of them at once. A source is an IPv4 address or an IPv6 network of 64 bits, since whoever
 * has one address of such a network has all of them.
 *
 * <p>A bucket of tokens a source. The table is bounded; where it is full, strangers wait until the
 * entries that have refilled are forgotten. The engine's lock guards it.
 */
final class HandshakeLimiter {
  static final int MAX_SOURCES = 8192;

  private static final long COST_NANOS = 1_000_000_000L / 20;
  private static final long MAX_TOKENS_NANOS = 5 * COST_NANOS;

  private record Source(long high, long low) {}

  /** Tokens are time: what a source has saved up, as of an instant. */
  private record Bucket(long tokensNanos, long asOfNanos) {
    long tokensAt(long nowNanos) {
      return Math.min(MAX_TOKENS_NANOS, tokensNanos + (nowNanos - asOfNanos));
    }
  }

  private final Map<Source, Bucket> buckets = new HashMap<>();

  /** Takes a token of {@code source}; false if it has none left. */
  boolean admit(Endpoint source, long nowNanos) {
    Source key = new Source(source.high(), source.isIpv4() ? source.low() : 0);
    Bucket bucket = buckets.get(key);
    if (bucket == null && buckets.size() >= MAX_SOURCES && !forgetRefilled(nowNanos)) {
      return false;
    }
    long tokens = bucket == null ? MAX_TOKENS_NANOS : bucket.tokensAt(nowNanos);
    boolean admitted = tokens >= COST_NANOS;
    buckets.put(key, new Bucket(admitted ? tokens - COST_NANOS : tokens, nowNanos));
    return admitted;
  }

  int sources() {
    return buckets.size();
  }

  /** Forgets sources that have all their tokens again; whether there is room then. */
  private boolean forgetRefilled(long nowNanos) {
    Iterator<Bucket> each = buckets.values().iterator();
    while (each.hasNext()) {
      if (each.next().tokensAt(nowNanos) == MAX_TOKENS_NANOS) {
        each.remove();
      }
    }
    return buckets.size() < MAX_SOURCES;
  }
}
