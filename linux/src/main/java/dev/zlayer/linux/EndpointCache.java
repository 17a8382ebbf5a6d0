package dev.zlayer.linux;

import dev.zlayer.memory.Endpoint;

/**
 * Gives the same {@link Endpoint} object for the same socket address, so that a known sender costs
 * no allocation. A newcomer that finds its places taken replaces another sender: the cache never
 * grows. Not thread safe.
 */
final class EndpointCache {
  static final int SLOTS = 4096;
  private static final int PROBES = 8;

  private final Endpoint[] slots = new Endpoint[SLOTS];

  /** The endpoint at {@code sockaddr}, whose port must not be 0. */
  Endpoint find(long sockaddr) {
    long high = InetSockaddr.high(sockaddr);
    long low = InetSockaddr.low(sockaddr);
    int scopeId = InetSockaddr.scopeId(sockaddr);
    int port = InetSockaddr.port(sockaddr);
    int home = slot(high, low, port);
    int vacant = home;
    for (int i = 0; i < PROBES; i++) {
      int slot = (home + i) % SLOTS;
      Endpoint known = slots[slot];
      if (known == null) {
        vacant = slot;
        break;
      }
      if (known.low() == low
          && known.port() == port
          && known.high() == high
          && known.scopeId() == scopeId) {
        return known;
      }
    }
    slots[vacant] = new Endpoint(high, low, scopeId, port);
    return slots[vacant];
  }

  private static int slot(long high, long low, int port) {
    // The golden ratio's multiplier spreads neighbouring addresses over the top bits.
    long mixed = ((high * 31 + low) * 31 + port) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 32) & (SLOTS - 1);
  }
}
