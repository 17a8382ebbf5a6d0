package dev.zlayer.linux;

import dev.zlayer.memory.LocalAddress;

/**
 * Gives the same {@link LocalAddress} object for the same address, so that a datagram costs no
 * allocation. A machine has few: one that finds its places taken replaces another. Not thread safe.
 */
final class LocalAddressCache {
  static final int SLOTS = 64;
  private static final int PROBES = 8;

  private final LocalAddress[] slots = new LocalAddress[SLOTS];

  LocalAddress find(long high, long low, int interfaceIndex) {
    long mixed = (high * 31 + low) * 0x9e37_79b9_7f4a_7c15L;
    int home = (int) (mixed >>> 32) & (SLOTS - 1);
    int vacant = home;
    for (int i = 0; i < PROBES; i++) {
      int slot = (home + i) % SLOTS;
      LocalAddress known = slots[slot];
      if (known == null) {
        vacant = slot;
        break;
      }
      if (known.low() == low && known.high() == high && known.interfaceIndex() == interfaceIndex) {
        return known;
      }
    }
    slots[vacant] = new LocalAddress(high, low, interfaceIndex);
    return slots[vacant];
  }
}
