package dev.zlayer.linux;

import dev.zlayer.memory.LocalAddress;

/**
 * Gives the same {@link LocalAddress} object for the same address, so that a datagram costs no
 * allocation. A machine has few; two that want the same place take turns. Not thread safe.
 */
final class LocalAddressCache {
  private static final int SLOTS = 64;

  private final LocalAddress[] slots = new LocalAddress[SLOTS];

  LocalAddress find(long high, long low, int interfaceIndex) {
    long mixed = (high * 31 + low) * 0x9e37_79b9_7f4a_7c15L;
    int slot = (int) (mixed >>> 32) & (SLOTS - 1);
    LocalAddress known = slots[slot];
    if (known == null
        || known.low() != low
        || known.high() != high
        || known.interfaceIndex() != interfaceIndex) {
      known = new LocalAddress(high, low, interfaceIndex);
      slots[slot] = known;
    }
    return known;
  }
}
