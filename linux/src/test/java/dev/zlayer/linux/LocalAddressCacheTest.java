package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.zlayer.memory.LocalAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressCacheTest {
  private static final long PREFIX = 0x2001_0db8_0000_0000L;
  private static final int MANY = LocalAddressCache.SLOTS / 4;

  private final LocalAddressCache cache = new LocalAddressCache();

  @Test
  void givesTheSameObjectForTheSameAddressAlsoOnAHostOfMany() {
    List<LocalAddress> first = new ArrayList<>();
    for (int host = 0; host < MANY; host++) {
      first.add(cache.find(PREFIX, host, 0));
    }
    for (int host = 0; host < MANY; host++) {
      assertSame(first.get(host), cache.find(PREFIX, host, 0), "host " + host);
    }
  }

  @Test
  void staysRightWhenThereAreMoreThanItHolds() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 3 * LocalAddressCache.SLOTS; i++) {
        assertEquals(new LocalAddress(PREFIX, i, i % 3), cache.find(PREFIX, i, i % 3));
      }
    }
  }
}
