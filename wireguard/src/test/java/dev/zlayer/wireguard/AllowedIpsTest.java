package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllowedIpsTest {
  private AllowedIps<String> table = AllowedIps.empty();

  private void put(String prefix, String owner) {
    table = table.with(Cidr.parse(prefix), owner);
  }

  private String find(String address) {
    return find(table, InetAddress.ofLiteral(address));
  }

  private static String find(AllowedIps<String> table, InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.capacity() == 4
        ? table.ownerOfIpv4(bytes.getInt())
        : table.ownerOfIpv6(bytes.getLong(), bytes.getLong());
  }

  @Test
  void theLongestPrefixWins() {
    put("0.0.0.0/0", "all");
    put("10.0.0.0/8", "ten");
    put("10.1.0.0/16", "ten-one");
    put("10.1.2.3/32", "host");
    put("192.168.0.0/16", "home");
    assertEquals("host", find("10.1.2.3"));
    assertEquals("ten-one", find("10.1.2.4"));
    assertEquals("ten", find("10.2.0.0"));
    assertEquals("home", find("192.168.255.255"));
    assertEquals("all", find("8.8.8.8"));
    assertEquals(null, find("::1"));
  }

  @Test
  void keepsTheFamiliesApart() {
    put("::/0", "six");
    put("fd00:200::/48", "overlay");
    put("fd00:200::7/128", "host");
    assertEquals(null, find("10.0.0.1"));
    assertEquals("overlay", find("fd00:200:0:ffff::1"));
    assertEquals("host", find("fd00:200::7"));
    assertEquals("six", find("fd00:201::1"));
  }

  @Test
  void aLaterOwnerTakesThePrefix() {
    put("10.0.0.0/24", "first");
    put("10.0.0.0/24", "second");
    assertEquals("second", find("10.0.0.9"));
    assertEquals("second", table.ownerOf(Cidr.parse("10.0.0.0/24")));
    assertEquals(null, table.ownerOf(Cidr.parse("10.0.0.0/25")));
    assertEquals(null, table.ownerOf(Cidr.parse("10.0.0.0/23")));
  }

  @Test
  void removalUncoversTheShorterPrefix() {
    put("10.0.0.0/8", "wide");
    put("10.0.0.0/24", "narrow");
    String narrow = table.ownerOf(Cidr.parse("10.0.0.0/24"));
    table = table.without(Cidr.parse("10.0.0.0/24"), "somebody else");
    assertEquals("narrow", find("10.0.0.1"));
    table = table.without(Cidr.parse("10.0.0.0/24"), narrow);
    assertEquals("wide", find("10.0.0.1"));
    assertEquals(null, table.ownerOf(Cidr.parse("10.0.0.0/24")));
  }

  @Test
  void aSnapshotDoesNotChange() {
    put("10.0.0.0/24", "a");
    AllowedIps<String> before = table;
    put("10.0.0.0/25", "b");
    assertEquals("a", find(before, InetAddress.ofLiteral("10.0.0.1")));
    assertEquals("b", find("10.0.0.1"));
  }

  @Test
  void agreesWithALinearSearch() throws UnknownHostException {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      int bytes = seed % 2 == 0 ? 4 : 16;
      AllowedIps<String> trie = AllowedIps.empty();
      Map<Cidr, String> oracle = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        Cidr prefix = Cidr.around(address(random, bytes), random.nextInt(bytes * 8 + 1));
        if (random.nextInt(4) == 0 && oracle.containsKey(prefix)) {
          trie = trie.without(prefix, oracle.remove(prefix));
        } else {
          String owner = ("owner " + random.nextInt(5)).intern();
          trie = trie.with(prefix, owner);
          oracle.put(prefix, owner);
        }
        InetAddress probe = address(random, bytes);
        assertEquals(slowFind(oracle, probe), find(trie, probe), "seed " + seed + " step " + i);
      }
      for (Map.Entry<Cidr, String> entry : oracle.entrySet()) {
        assertEquals(entry.getValue(), trie.ownerOf(entry.getKey()), "seed " + seed);
        trie = trie.without(entry.getKey(), entry.getValue());
      }
      assertNull(find(trie, address(random, bytes)), "seed " + seed);
    }
  }

  /** Few distinct bytes, so that prefixes nest. */
  private static InetAddress address(Random random, int bytes) throws UnknownHostException {
    byte[] address = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      address[i] = (byte) (i == 0 ? 0x20 : random.nextInt(3) << 6);
    }
    return InetAddress.getByAddress(address);
  }

  private static String slowFind(Map<Cidr, String> oracle, InetAddress address) {
    return oracle.entrySet().stream()
        .filter(entry -> entry.getKey().contains(address))
        .max((x, y) -> Integer.compare(x.getKey().prefixLength(), y.getKey().prefixLength()))
        .map(Map.Entry::getValue)
        .orElse(null);
  }
}
