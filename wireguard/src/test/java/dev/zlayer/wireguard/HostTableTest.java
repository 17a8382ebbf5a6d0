package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTableTest {
  private record Address(long high, long low) {}

  @Test
  void tellsHalvesOfAnAddressApart() {
    HostTable<String> table = HostTable.<String>empty().with(1, 2, "a").with(2, 1, "b");
    assertEquals("a", table.ownerOf(1, 2));
    assertEquals("b", table.ownerOf(2, 1));
    assertNull(table.ownerOf(1, 1));
    assertNull(table.ownerOf(0, 0));
  }

  @Test
  void aSnapshotDoesNotChange() {
    HostTable<String> before = HostTable.<String>empty().with(1, 2, "a");
    HostTable<String> after = before.with(1, 2, "b").with(3, 4, "c");
    assertEquals("a", before.ownerOf(1, 2));
    assertNull(before.ownerOf(3, 4));
    assertEquals("b", after.ownerOf(1, 2));
    assertEquals("b", after.without(3, 4, "c").ownerOf(1, 2));
  }

  @Test
  void takesAnAddressOnlyFromItsOwner() {
    HostTable<String> table = HostTable.<String>empty().with(1, 2, "a");
    assertSame(table, table.without(1, 2, "b"));
    assertSame(table, table.without(1, 3, "a"));
    assertSame(HostTable.<String>empty(), table.without(1, 2, "a"));
  }

  /** Addresses that follow one another, at either end of the bits, as networks have them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 32, 56})
  void agreesWithAMapOfJava(int shift) {
    Random random = new Random(shift);
    HostTable<Integer> table = HostTable.empty();
    Map<Address, Integer> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      Address address = new Address((long) random.nextInt(3000) << shift, random.nextInt(2));
      if (random.nextInt(3) == 0) {
        table = table.without(address.high, address.low, model.getOrDefault(address, -1));
        model.remove(address);
      } else {
        table = table.with(address.high, address.low, step);
        model.put(address, step);
      }
      Address asked = new Address((long) random.nextInt(3000) << shift, random.nextInt(2));
      assertEquals(model.get(asked), table.ownerOf(asked.high, asked.low));
    }
    for (Map.Entry<Address, Integer> entry : model.entrySet()) {
      Address address = entry.getKey();
      assertEquals(entry.getValue(), table.ownerOf(address.high, address.low));
      table = table.without(address.high, address.low, entry.getValue());
    }
    assertSame(HostTable.<Integer>empty(), table);
  }
}
