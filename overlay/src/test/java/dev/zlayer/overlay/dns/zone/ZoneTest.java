package dev.zlayer.overlay.dns.zone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.wireguard.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

class ZoneTest {
  private static Zone zone(String... networks) {
    return new Zone(
        DnsConfig.of("overlay.local")
            .withListenAddress(Cidr.parse(networks[0]).addressAt(BigInteger.ONE))
            .withNetworks(Stream.of(networks).map(Cidr::parse).toList()),
        1);
  }

  private static InetAddress ip(String text) {
    return IpText.parse(text);
  }

  private static ZoneNode node(String... addresses) {
    return new ZoneNode(Stream.of(addresses).map(IpText::parse).toList(), Optional.empty(), false);
  }

  private static ZoneNode named(String hostname, String... addresses) {
    return new ZoneNode(node(addresses).addresses(), Optional.of(hostname), false);
  }

  private static ZoneNode leader(String... addresses) {
    return new ZoneNode(node(addresses).addresses(), Optional.empty(), true);
  }

  private static List<String> ask(Zone zone, String name, int type) {
    return switch (zone.lookup(Name.fromConstantString(name), type)) {
      case ZoneAnswer.Records found -> found.answer().stream().map(Record::rdataToString).toList();
      case ZoneAnswer.NoData absent -> List.of("no data");
      case ZoneAnswer.NoName absent -> List.of("no name");
      case ZoneAnswer.Elsewhere elsewhere -> List.of("elsewhere");
    };
  }

  private static List<String> a(Zone zone, String host) {
    return ask(zone, host + ".overlay.local.", Type.A);
  }

  private static List<String> aaaa(Zone zone, String host) {
    return ask(zone, host + ".overlay.local.", Type.AAAA);
  }

  private static List<String> ptr(Zone zone, String address) {
    return ask(zone, ReverseName.of(Cidr.host(ip(address))).toString(), Type.PTR);
  }

  @Test
  void everyNodeIsNamedByItsLastTwoOctetsAndTheLeaderBesides() {
    Zone zone = zone("10.200.0.0/16");
    zone.setNodes(List.of(leader("10.200.0.1"), node("10.200.0.5"), node("10.200.7.255")));
    assertEquals(List.of("10.200.0.1"), a(zone, "node-0-1"));
    assertEquals(List.of("10.200.0.1"), a(zone, "leader"));
    assertEquals(List.of("10.200.0.5"), a(zone, "node-0-5"));
    assertEquals(List.of("10.200.7.255"), a(zone, "node-7-255"));
    assertEquals(List.of("no name"), a(zone, "node-0-6"));
    assertEquals(List.of("no name"), a(zone, "node-10-200-0-5"));
    assertEquals(List.of("node-0-1.overlay.local."), ptr(zone, "10.200.0.1"));
  }

  @Test
  void wideNetworksUseTheWholeAddressAndTheShortFormWhereItIsUnique() {
    Zone zone = zone("10.0.0.0/8");
    zone.setNodes(List.of(node("10.1.0.5"), node("10.2.0.5"), node("10.1.0.6")));
    assertEquals(List.of("10.1.0.5"), a(zone, "node-10-1-0-5"));
    assertEquals(List.of("10.2.0.5"), a(zone, "node-10-2-0-5"));
    assertEquals(List.of("no name"), a(zone, "node-0-5"));
    assertEquals(List.of("10.1.0.6"), a(zone, "node-0-6"));
    assertEquals(List.of("node-10-1-0-6.overlay.local."), ptr(zone, "10.1.0.6"));

    zone.setNodes(List.of(node("10.1.0.5"), node("10.1.0.6")));
    assertEquals(List.of("10.1.0.5"), a(zone, "node-0-5"));
    assertEquals(List.of("no name"), a(zone, "node-10-2-0-5"));
  }

  @Test
  void ipv6NodesAreNamedByTheirLastGroupWhereThatIsUnique() {
    Zone zone = zone("fd00:200::/48");
    zone.setNodes(List.of(leader("fd00:200::1"), node("fd00:200::5"), node("fd00:200::1:5")));
    assertEquals(List.of("fd00:200:0:0:0:0:0:5"), aaaa(zone, "node-fd00-200-0-0-0-0-0-5"));
    assertEquals(List.of("fd00:200:0:0:0:0:1:5"), aaaa(zone, "node-fd00-200-0-0-0-0-1-5"));
    assertEquals(List.of("no name"), aaaa(zone, "node-0005"));
    assertEquals(List.of("fd00:200:0:0:0:0:0:1"), aaaa(zone, "node-0001"));
    assertEquals(List.of("no data"), a(zone, "leader"));
    assertEquals(List.of("node-fd00-200-0-0-0-0-0-5.overlay.local."), ptr(zone, "fd00:200::5"));

    Zone narrow = zone("fd00:200::/112");
    narrow.setNodes(List.of(node("fd00:200::abcd")));
    assertEquals(List.of("fd00:200:0:0:0:0:0:abcd"), aaaa(narrow, "node-abcd"));
    assertEquals(List.of("node-abcd.overlay.local."), ptr(narrow, "fd00:200::abcd"));
  }

  @Test
  void namesOfANodeWithTwoAddressesLeadToBoth() {
    Zone zone = zone("10.200.0.0/16", "fd00:200::/48");
    zone.setNodes(List.of(named("web", "10.200.0.5", "fd00:200::5")));
    for (String name : List.of("node-0-5", "node-fd00-200-0-0-0-0-0-5", "node-0005", "web")) {
      assertEquals(List.of("10.200.0.5"), a(zone, name), name);
      assertEquals(List.of("fd00:200:0:0:0:0:0:5"), aaaa(zone, name), name);
    }
    assertEquals(List.of("node-0-5.overlay.local."), ptr(zone, "10.200.0.5"));
  }

  @Test
  void severalAddressesStandUnderOneName() {
    Zone zone = zone("10.200.0.0/16");
    zone.setNodes(List.of(named("web", "10.200.0.5")));
    assertTrue(zone.add("web", ip("10.200.0.6")));
    assertTrue(zone.add("WEB.overlay.local.", ip("fd00::7")));
    assertFalse(zone.add("web.overlay.local", ip("10.200.0.6")));
    assertEquals(List.of("10.200.0.5", "10.200.0.6"), a(zone, "Web"));
    assertEquals(List.of("fd00:0:0:0:0:0:0:7"), aaaa(zone, "web"));
  }

  @Test
  void aRemovedNameIsReallyGone() {
    Zone zone = zone("10.200.0.0/16");
    zone.add("web", ip("10.200.9.5"));
    zone.add("web", ip("10.200.9.6"));
    assertEquals(List.of("web.overlay.local."), ptr(zone, "10.200.9.5"));
    assertTrue(zone.remove("web", ip("10.200.9.5")));
    assertFalse(zone.remove("web", ip("10.200.9.5")));
    assertEquals(List.of("10.200.9.6"), a(zone, "web"));
    assertEquals(List.of("no name"), ptr(zone, "10.200.9.5"));
    assertTrue(zone.remove("web"));
    assertFalse(zone.remove("web"));
    assertEquals(List.of("no name"), a(zone, "web"));
    assertEquals(List.of("no name"), ptr(zone, "10.200.9.6"));
    assertEquals(
        List.of("ns.overlay.local"), zone.records().stream().map(DnsRecord::name).toList());
  }

  @Test
  void namesFollowTheMesh() {
    Zone zone = zone("10.200.0.0/16");
    zone.add("web", ip("10.200.0.9"));
    zone.setNodes(List.of(node("10.200.0.1"), named("web", "10.200.0.5")));
    zone.setNodes(List.of(node("10.200.0.1"), named("db", "10.200.0.6")));
    assertEquals(List.of("10.200.0.9"), a(zone, "web"));
    assertEquals(List.of("10.200.0.6"), a(zone, "db"));
    assertEquals(List.of("no name"), a(zone, "node-0-5"));
    assertEquals(List.of("no name"), ptr(zone, "10.200.0.5"));
    assertEquals(List.of("web.overlay.local."), ptr(zone, "10.200.0.9"));
  }

  @Test
  void namesOfTheMeshCantBeTaken() {
    Zone zone = zone("10.200.0.0/16");
    zone.add("node-0-5", ip("10.200.0.99"));
    zone.setNodes(
        List.of(
            leader("10.200.0.1"),
            node("10.200.0.5"),
            named("leader", "10.200.0.6"),
            named("node-0-5", "10.200.0.7"),
            named("ns", "10.200.0.8")));
    assertEquals(List.of("10.200.0.1"), a(zone, "leader"));
    assertEquals(List.of("10.200.0.1"), a(zone, "ns"));
    assertEquals(List.of("10.200.0.5"), a(zone, "node-0-5"));
    assertEquals(List.of("no name"), ptr(zone, "10.200.0.99"));
    for (String name : List.of("leader", "node-0-5", "NS")) {
      assertThrows(IllegalArgumentException.class, () -> zone.add(name, ip("10.200.0.99")));
      assertEquals(
          !name.equals("node-0-5"), !zone.remove(name), "only what was added can be removed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "overlay.local",
        "web.example.org.",
        "a_b",
        "-a",
        "a..b",
        "a b",
        "*",
        "web..",
        "overlay.local.",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void refusesWhatIsNoHostNameOfTheZone(String name) {
    Zone zone = zone("10.200.0.0/16");
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> zone.add(name, ip("10.200.0.5")));
    assertTrue(refusal.getMessage().contains("'" + name + "'"), refusal.getMessage());
  }

  @Test
  void tooManyAddressesAreRefused() {
    Zone zone = zone("10.200.0.0/16");
    for (int i = 0; i < Zone.MAX_PER_NAME; i++) {
      zone.add("web", ip("10.200.1." + i));
    }
    assertThrows(IllegalArgumentException.class, () -> zone.add("web", ip("10.200.2.0")));
    assertTrue(zone.remove("web", ip("10.200.1.0")));
    assertTrue(zone.add("web", ip("10.200.2.0")));
  }

  @Test
  void aNameThatOnlyHasNamesBelowItExists() {
    Zone zone = zone("10.200.0.0/16");
    zone.add("a.b.c", ip("10.200.0.5"));
    zone.add("d.b.c", ip("10.200.0.6"));
    assertEquals(List.of("no data"), a(zone, "b.c"));
    assertEquals(List.of("no data"), a(zone, "c"));
    assertEquals(List.of("no name"), a(zone, "x.b.c"));
    zone.remove("a.b.c");
    assertEquals(List.of("no data"), a(zone, "b.c"));
    zone.remove("d.b.c");
    assertEquals(List.of("no name"), a(zone, "b.c"));
    assertEquals(List.of("no name"), a(zone, "c"));
  }

  @Test
  void aNodeThatIsDownIsLeftOutOfASharedNameWhileAnotherIsUp() {
    Zone zone = zone("10.200.0.0/16");
    zone.setNodes(List.of(named("web", "10.200.0.5"), node("10.200.0.6"), node("10.200.0.7")));
    zone.add("web", ip("10.200.0.6"));
    zone.add("db", ip("10.200.0.5"));

    zone.withdraw(Set.of(ip("10.200.0.5")));
    assertEquals(List.of("10.200.0.6"), a(zone, "web"));
    assertEquals(List.of("10.200.0.5"), a(zone, "node-0-5"));
    assertEquals(List.of("10.200.0.5"), a(zone, "db"));
    assertEquals(List.of("node-0-5.overlay.local."), ptr(zone, "10.200.0.5"));
    assertEquals(
        List.of("web.overlay.local 10.200.0.5"),
        zone.records().stream()
            .filter(DnsRecord::withdrawn)
            .map(record -> record.name() + " " + IpText.format(record.address()))
            .toList());

    zone.withdraw(Set.of(ip("10.200.0.5"), ip("10.200.0.6")));
    assertEquals(List.of("10.200.0.5", "10.200.0.6"), a(zone, "web"));
    zone.withdraw(Set.of());
    assertEquals(List.of("10.200.0.5", "10.200.0.6"), a(zone, "web"));
  }

  @ParameterizedTest
  @CsvSource({
    // The top of the zone, names between it and an address, addresses with and without a name.
    "10.200.0.0/16, 200.10.in-addr.arpa., no data",
    "10.200.0.0/16, 0.200.10.in-addr.arpa., no data",
    "10.200.0.0/16, 1.200.10.in-addr.arpa., no name",
    "10.200.0.0/16, 5.0.200.10.in-addr.arpa., node-0-5.overlay.local.",
    "10.200.0.0/16, 6.0.200.10.in-addr.arpa., no name",
    "10.200.0.0/16, x.5.0.200.10.in-addr.arpa., no name",
    "10.200.0.0/16, 05.0.200.10.in-addr.arpa., no name",
    "10.200.0.0/16, 256.0.200.10.in-addr.arpa., no name",
    "10.200.0.0/16, 5.0.201.10.in-addr.arpa., elsewhere",
    "10.200.0.0/16, 10.in-addr.arpa., elsewhere",
    "10.200.0.0/16, in-addr.arpa., elsewhere",
    "10.200.0.0/16, x.10.in-addr.arpa., elsewhere",
    // Networks that end within a label: nothing of a neighbour's is ours.
    "10.200.0.0/20, 5.0.200.10.in-addr.arpa., node-0-5.overlay.local.",
    "10.200.0.0/20, 15.200.10.in-addr.arpa., no data",
    "10.200.0.0/20, 16.200.10.in-addr.arpa., elsewhere",
    "10.200.0.0/20, 200.10.in-addr.arpa., elsewhere",
    "10.200.0.0/28, 5.0.200.10.in-addr.arpa., node-0-5.overlay.local.",
    "10.200.0.0/28, 6.0.200.10.in-addr.arpa., no data",
    "10.200.0.0/28, 16.0.200.10.in-addr.arpa., elsewhere",
    "10.200.0.0/28, 0.200.10.in-addr.arpa., elsewhere",
  })
  void reverseNamesAreThoseOfTheNetworkAlone(String network, String name, String expected) {
    Zone zone = zone(network);
    zone.setNodes(List.of(node("10.200.0.5")));
    assertEquals(List.of(expected), ask(zone, name, Type.PTR));
  }

  @Test
  void reverseNamesOfIpv6EndAtNibbles() {
    Zone zone = zone("fd00:200::/46");
    zone.setNodes(List.of(node("fd00:200::5")));
    String tail = "0.0.2.0.0.0.d.f.ip6.arpa.";
    assertEquals(List.of("no data"), ask(zone, "0.0.0." + "0." + tail, Type.PTR));
    assertEquals(List.of("no data"), ask(zone, "3.0.0." + "0." + tail, Type.PTR));
    assertEquals(List.of("elsewhere"), ask(zone, "4.0.0.0." + tail, Type.PTR));
    assertEquals(List.of("elsewhere"), ask(zone, "0.0.0." + tail, Type.PTR));
    String host = "5." + "0.".repeat(23) + tail;
    assertEquals(List.of("node-fd00-200-0-0-0-0-0-5.overlay.local."), ask(zone, host, Type.PTR));
    assertEquals(List.of("no name"), ask(zone, "6." + host.substring(2), Type.PTR));
    assertEquals(List.of("no name"), ask(zone, "g." + host.substring(2), Type.PTR));
  }

  @Test
  void everyZoneHasItsAuthorityAtTheTop() {
    Zone zone = zone("10.200.0.0/16");
    for (String top : List.of("overlay.local.", "200.10.in-addr.arpa.")) {
      assertEquals(List.of("ns.overlay.local."), ask(zone, top, Type.NS));
      assertTrue(
          ask(zone, top, Type.SOA)
              .getFirst()
              .startsWith("ns.overlay.local. hostmaster.overlay.local. "));
      assertEquals(List.of("no data"), ask(zone, top, Type.TXT));
      assertEquals(2, ask(zone, top, Type.ANY).size());
    }
    ZoneAnswer.Records ns =
        assertInstanceOf(
            ZoneAnswer.Records.class,
            zone.lookup(Name.fromConstantString("overlay.local."), Type.NS));
    assertEquals(
        List.of("10.200.0.1"), ns.additional().stream().map(Record::rdataToString).toList());
  }

  @Test
  void theSerialGrowsWithEveryChangeAndOnlyThen() {
    Zone zone = zone("10.200.0.0/16");
    List<Long> serials = new ArrayList<>();
    List<Runnable> changes =
        List.of(
            () -> zone.setNodes(List.of(node("10.200.0.5"))),
            () -> zone.add("web", ip("10.200.0.5")),
            () -> zone.withdraw(Set.of(ip("10.200.0.5"))),
            () -> zone.remove("web"));
    serials.add(serial(zone));
    for (Runnable change : changes) {
      change.run();
      serials.add(serial(zone));
      change.run();
      assertEquals(serials.getLast(), serial(zone));
    }
    assertEquals(serials.stream().sorted().distinct().toList(), serials);
  }

  private static long serial(Zone zone) {
    return Long.parseLong(ask(zone, "overlay.local.", Type.SOA).getFirst().split(" ", -1)[2]);
  }
}
