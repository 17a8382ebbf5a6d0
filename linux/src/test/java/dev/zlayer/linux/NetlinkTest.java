package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(20)
class NetlinkTest {
  private TestNamespace namespace;
  private Netlink netlink;
  private int index;

  @BeforeEach
  void open() throws Exception {
    namespace = TestNamespace.create();
    netlink = namespace.call(Netlink::open);
    namespace.ip("link", "add", "d0", "type", "veth", "peer", "name", "d1");
    index = netlink.linkIndex("d0");
  }

  @AfterEach
  void close() throws Exception {
    netlink.close();
    namespace.close();
  }

  @Test
  void findsInterfacesByName() throws Exception {
    assertEquals(1, netlink.linkIndex("lo"));
    assertEquals(OptionalInt.of(index), netlink.findLink("d0"));
    assertEquals(OptionalInt.empty(), netlink.findLink("none"));
    var e = assertThrows(NativeException.class, () -> netlink.linkIndex("none"));
    assertEquals(
        "RTM_GETLINK none: ENODEV (No such device):"
            + " there is no such interface in this network namespace",
        e.getMessage());
  }

  @Test
  void switchesALinkUpAndDown() throws Exception {
    netlink.linkUp(index);
    assertTrue(link().contains("\"UP\""), link());
    netlink.linkDown(index);
    assertFalse(link().contains("\"UP\""), link());
  }

  @Test
  void keepsTheKernelFromMakingALinkLocalAddress() throws Exception {
    netlink.withoutLinkLocal(index);
    namespace.ip("link", "set", "d1", "up");
    netlink.linkUp(index);
    assertEquals(List.of(), netlink.addresses(index));
    assertFalse(netlink.addresses(netlink.linkIndex("d1")).isEmpty());
  }

  @Test
  void setsTheMtu() throws Exception {
    netlink.mtu(index, 1420);
    assertTrue(link().contains("\"mtu\":1420"), link());
    var e = assertThrows(NativeException.class, () -> netlink.mtu(index, 1));
    assertEquals("RTM_NEWLINK mtu 1 on interface " + index, e.call());
    assertEquals("EINVAL", e.errnoName());
  }

  @Test
  void addsAndRemovesAddresses() throws Exception {
    netlink.linkUp(index);
    netlink.addAddress(index, ip("10.200.0.1"), 16);
    netlink.addAddress(index, ip("fd00:200::1"), 64);
    netlink.addAddress(index, ip("10.200.0.1"), 16);

    String shown = namespace.ip("-j", "address", "show", "dev", "d0");
    assertTrue(shown.contains("\"local\":\"10.200.0.1\",\"prefixlen\":16"), shown);
    assertTrue(shown.contains("\"local\":\"fd00:200::1\",\"prefixlen\":64"), shown);
    assertFalse(shown.contains("\"tentative\":true,\"local\":\"fd00:200::1\""), shown);
    List<LinkAddress> addresses = netlink.addresses(index);
    assertTrue(addresses.contains(new LinkAddress(ip("10.200.0.1"), 16)), addresses::toString);
    assertTrue(addresses.contains(new LinkAddress(ip("fd00:200::1"), 64)), addresses::toString);

    netlink.removeAddress(index, ip("10.200.0.1"), 16);
    netlink.removeAddress(index, ip("fd00:200::1"), 64);
    List<LinkAddress> left = netlink.addresses(index);
    assertTrue(left.stream().allMatch(a -> a.address().isLinkLocalAddress()), left::toString);
    var e =
        assertThrows(
            NativeException.class, () -> netlink.removeAddress(index, ip("10.200.0.1"), 16));
    assertEquals("EADDRNOTAVAIL", e.errnoName());
  }

  @Test
  void listsAddressesOfOneInterfaceOnly() throws Exception {
    netlink.linkUp(1);
    assertEquals(
        List.of(new LinkAddress(ip("127.0.0.1"), 8), new LinkAddress(ip("::1"), 128)),
        netlink.addresses(1));
    assertEquals(List.of(), netlink.addresses(index));
  }

  @Test
  void addsAndRemovesRoutes() throws Exception {
    netlink.linkUp(index);
    netlink.addRoute(index, ip("10.200.0.0"), 16);
    netlink.addRoute(index, ip("fd00:200::"), 48);
    netlink.addRoute(index, ip("0.0.0.0"), 0);
    netlink.addRoute(index, ip("10.200.0.0"), 16);

    String ipv4 = namespace.ip("-j", "route", "show", "dev", "d0");
    assertTrue(ipv4.contains("\"dst\":\"10.200.0.0/16\""), ipv4);
    assertTrue(ipv4.contains("\"dst\":\"default\""), ipv4);
    String ipv6 = namespace.ip("-6", "-j", "route", "show", "dev", "d0");
    assertTrue(ipv6.contains("\"dst\":\"fd00:200::/48\""), ipv6);
    List<Route> routes = netlink.routes(index);
    assertTrue(
        routes.containsAll(
            List.of(
                new Route(ip("10.200.0.0"), 16),
                new Route(ip("fd00:200::"), 48),
                new Route(ip("0.0.0.0"), 0))),
        routes::toString);

    netlink.removeRoute(index, ip("10.200.0.0"), 16);
    netlink.removeRoute(index, ip("fd00:200::"), 48);
    netlink.removeRoute(index, ip("0.0.0.0"), 0);
    assertEquals("[]", namespace.ip("-j", "route", "show", "dev", "d0").replaceAll("\\s", ""));
    var e =
        assertThrows(NativeException.class, () -> netlink.removeRoute(index, ip("10.200.0.0"), 16));
    assertEquals("ESRCH", e.errnoName());
  }

  @Test
  void takesOverARouteToAnotherInterface() throws Exception {
    int other = netlink.linkIndex("d1");
    netlink.linkUp(index);
    netlink.linkUp(other);
    netlink.addRoute(other, ip("10.200.0.0"), 16);
    netlink.addRoute(index, ip("10.200.0.0"), 16);
    assertEquals(List.of(new Route(ip("10.200.0.0"), 16)), ipv4(netlink.routes(index)));
    assertEquals(List.of(), ipv4(netlink.routes(other)));
  }

  @Test
  void listsMoreRoutesThanOneDatagramHolds() throws Exception {
    netlink.linkUp(index);
    for (int i = 0; i < 3000; i++) {
      netlink.addRoute(index, ip("10." + i / 256 + "." + i % 256 + ".0"), 24);
    }
    assertEquals(3000, ipv4(netlink.routes(index)).size());
  }

  @Test
  void deletesALink() throws Exception {
    netlink.deleteLink(index);
    assertEquals(OptionalInt.empty(), netlink.findLink("d0"));
    var e = assertThrows(NativeException.class, () -> netlink.deleteLink(index));
    assertEquals("ENODEV", e.errnoName());
  }

  @Test
  void saysWhyAnInterfaceRefusesIpv6() throws Exception {
    TestNamespace.run(
        "ip",
        "netns",
        "exec",
        namespace.path().getFileName().toString(),
        "sysctl",
        "-qw",
        "net.ipv6.conf.d0.disable_ipv6=1");
    var e =
        assertThrows(NativeException.class, () -> netlink.addAddress(index, ip("fd00:200::1"), 64));
    assertTrue(e.getMessage().endsWith("set net.ipv6.conf.*.disable_ipv6 to 0"), e.getMessage());
  }

  private String link() throws Exception {
    return namespace.ip("-j", "link", "show", "dev", "d0");
  }

  private static List<Route> ipv4(List<Route> routes) {
    return routes.stream().filter(r -> r.network().getAddress().length == 4).toList();
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
