package dev.zlayer.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * Interfaces, addresses and routes of the network namespace of the thread that opened it, over
 * rtnetlink. For one thread at a time.
 *
 * <p>Interfaces are named by their index, which stays theirs when they are renamed. Every method
 * throws {@link NativeException} with the kernel's answer; changing anything takes CAP_NET_ADMIN
 * (EPERM otherwise).
 */
public final class Netlink implements AutoCloseable {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  private static final int RTM_NEWROUTE = 24;
  private static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;

  private static final int NLM_F_REPLACE = 0x100;
  private static final int NLM_F_CREATE = 0x400;
  private static final int NLM_F_DUMP = 0x300;

  // struct ifinfomsg: u8 family @0, u16 type @2, int index @4, u32 flags @8, u32 change @12
  private static final int LINK_INDEX = 4;
  private static final int LINK_FLAGS = 8;
  private static final int LINK_BYTES = 16;
  private static final int IFF_UP = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_AF_SPEC = 26;
  private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  private static final byte[] ADDR_GEN_MODE_NONE = {1};

  // struct ifaddrmsg: u8 family @0, u8 prefix length @1, u8 flags @2, u8 scope @3, u32 index @4
  private static final int ADDRESS_BYTES = 8;
  private static final int ADDRESS_PREFIX = 1;
  private static final int ADDRESS_INDEX = 4;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_F_NODAD = 2;

  // struct rtmsg: u8 family @0, u8 target prefix @1, u8 source prefix @2, u8 tos @3, u8 table @4,
  // u8 protocol @5, u8 scope @6, u8 type @7, u32 flags @8
  private static final int ROUTE_BYTES = 12;
  private static final int ROUTE_PREFIX = 1;
  private static final int ROUTE_TABLE = 4;
  private static final int ROUTE_TYPE = 7;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTPROT_UNSPEC = 0;
  private static final int RTPROT_STATIC = 4;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RT_SCOPE_NOWHERE = 255;
  private static final int RTN_UNICAST = 1;

  private final NetlinkSocket socket;

  private Netlink(NetlinkSocket socket) {
    this.socket = socket;
  }

  public static Netlink open() throws NativeException {
    return new Netlink(NetlinkSocket.open());
  }

  /**
   * The index of the interface {@code name}.
   *
   * @throws NativeException when there is none (ENODEV)
   */
  public int linkIndex(String name) throws NativeException {
    return query(name).u32(LINK_INDEX);
  }

  /**
   * The interface {@code name} as it is now.
   *
   * @throws NativeException when there is none (ENODEV)
   */
  public Link link(String name) throws NativeException {
    NetlinkMessage answer = query(name);
    int mtu = answer.number(LINK_BYTES, IFLA_MTU).orElseThrow();
    return new Link(mtu, (answer.u32(LINK_FLAGS) & IFF_UP) != 0);
  }

  private NetlinkMessage query(String name) throws NativeException {
    byte[] bytes = (InterfaceName.require(name) + '\0').getBytes(StandardCharsets.UTF_8);
    NetlinkRequest request = link(RTM_GETLINK, 0, 0, 0).attribute(IFLA_IFNAME, bytes);
    return socket.exchange("RTM_GETLINK " + name, request).getFirst();
  }

  /** The index of the interface {@code name}, if there is one. */
  public OptionalInt findLink(String name) throws NativeException {
    try {
      return OptionalInt.of(linkIndex(name));
    } catch (NativeException e) {
      if (e.errno() == Errno.ENODEV) {
        return OptionalInt.empty();
      }
      throw e;
    }
  }

  public void linkUp(int index) throws NativeException {
    socket.exchange("RTM_NEWLINK up" + on(index), link(RTM_NEWLINK, index, IFF_UP, IFF_UP));
  }

  /** Stops the interface; its routes and IPv6 addresses go. */
  public void linkDown(int index) throws NativeException {
    socket.exchange("RTM_NEWLINK down" + on(index), link(RTM_NEWLINK, index, 0, IFF_UP));
  }

  /** Sets the largest packet of the interface, in bytes. */
  public void mtu(int index, int mtu) throws NativeException {
    NetlinkRequest request = link(RTM_NEWLINK, index, 0, 0).attribute(IFLA_MTU, mtu);
    socket.exchange("RTM_NEWLINK mtu " + mtu + on(index), request);
  }

  /**
   * Keeps the kernel from giving the interface an IPv6 link-local address once it is up, and from
   * soliciting routers there. Nothing happens where the kernel has no IPv6.
   */
  public void withoutLinkLocal(int index) throws NativeException {
    byte[] mode = NetlinkRequest.encodedAttribute(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE);
    byte[] ipv6 = NetlinkRequest.encodedAttribute(LibC.AF_INET6, mode);
    NetlinkRequest request = link(RTM_NEWLINK, index, 0, 0).attribute(IFLA_AF_SPEC, ipv6);
    try {
      socket.exchange("RTM_NEWLINK without link-local address" + on(index), request);
    } catch (NativeException e) {
      if (e.errno() != Errno.EAFNOSUPPORT) {
        throw e;
      }
    }
  }

  /** Removes the interface, whoever made it. */
  public void deleteLink(int index) throws NativeException {
    socket.exchange("RTM_DELLINK" + on(index), link(RTM_DELLINK, index, 0, 0));
  }

  /**
   * Gives the interface an address, usable at once; one that it has already stays. While the
   * interface is up, the kernel routes the address' network to it.
   */
  public void addAddress(int index, InetAddress address, int prefixLength) throws NativeException {
    LinkAddress added = new LinkAddress(address, prefixLength);
    NetlinkRequest request = address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index, added);
    try {
      socket.exchange("RTM_NEWADDR " + added + on(index), request);
    } catch (NativeException e) {
      throw e.errno() == Errno.EACCES && address instanceof Inet6Address
          ? new NativeException(
              e.call(), e.errno(), "IPv6 is off: set net.ipv6.conf.*.disable_ipv6 to 0")
          : e;
    }
  }

  /**
   * Takes an address from the interface.
   *
   * @throws NativeException when it doesn't have it (EADDRNOTAVAIL)
   */
  public void removeAddress(int index, InetAddress address, int prefixLength)
      throws NativeException {
    LinkAddress removed = new LinkAddress(address, prefixLength);
    socket.exchange("RTM_DELADDR " + removed + on(index), address(RTM_DELADDR, 0, index, removed));
  }

  /** The interface's addresses, IPv4 and IPv6. */
  public List<LinkAddress> addresses(int index) throws NativeException {
    NetlinkRequest request = new NetlinkRequest(RTM_GETADDR, NLM_F_DUMP);
    request.u8(0).u8(0).u8(0).u8(0).u32(0);
    return socket.exchange("RTM_GETADDR" + on(index), request).stream()
        .filter(message -> message.u32(ADDRESS_INDEX) == index)
        .map(Netlink::toLinkAddress)
        .toList();
  }

  /**
   * Routes a network to the interface, instead of to wherever it was routed before.
   *
   * @throws IllegalArgumentException when {@code network} has bits set past the prefix
   */
  public void addRoute(int index, InetAddress network, int prefixLength) throws NativeException {
    Route added = new Route(network, prefixLength);
    int scope = network instanceof Inet6Address ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    int flags = NLM_F_CREATE | NLM_F_REPLACE;
    socket.exchange(
        "RTM_NEWROUTE " + added + on(index),
        route(RTM_NEWROUTE, flags, RTPROT_STATIC, scope, index, added));
  }

  /**
   * Removes the route of a network to the interface.
   *
   * @throws NativeException when there is none (ESRCH)
   */
  public void removeRoute(int index, InetAddress network, int prefixLength) throws NativeException {
    Route removed = new Route(network, prefixLength);
    socket.exchange(
        "RTM_DELROUTE " + removed + on(index),
        route(RTM_DELROUTE, 0, RTPROT_UNSPEC, RT_SCOPE_NOWHERE, index, removed));
  }

  /** The unicast routes to the interface in the main table, those the kernel made included. */
  public List<Route> routes(int index) throws NativeException {
    NetlinkRequest request = new NetlinkRequest(RTM_GETROUTE, NLM_F_DUMP);
    request.u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0);
    return socket.exchange("RTM_GETROUTE" + on(index), request).stream()
        .filter(message -> message.number(ROUTE_BYTES, RTA_OIF).equals(OptionalInt.of(index)))
        .filter(message -> message.u8(ROUTE_TABLE) == RT_TABLE_MAIN)
        .filter(message -> message.u8(ROUTE_TYPE) == RTN_UNICAST)
        .map(Netlink::toRoute)
        .toList();
  }

  @Override
  public void close() {
    socket.close();
  }

  private static NetlinkRequest link(int type, int index, int flags, int change) {
    return new NetlinkRequest(type, 0).u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
  }

  private static NetlinkRequest address(int type, int flags, int index, LinkAddress value) {
    byte[] bytes = value.address().getAddress();
    int addressFlags = value.address() instanceof Inet6Address ? IFA_F_NODAD : 0;
    return new NetlinkRequest(type, flags)
        .u8(family(value.address()))
        .u8(value.prefixLength())
        .u8(addressFlags)
        .u8(RT_SCOPE_UNIVERSE)
        .u32(index)
        .attribute(IFA_LOCAL, bytes)
        .attribute(IFA_ADDRESS, bytes);
  }

  private static NetlinkRequest route(
      int type, int flags, int protocol, int scope, int index, Route value) {
    return new NetlinkRequest(type, flags)
        .u8(family(value.network()))
        .u8(value.prefixLength())
        .u8(0)
        .u8(0)
        .u8(RT_TABLE_MAIN)
        .u8(protocol)
        .u8(scope)
        .u8(RTN_UNICAST)
        .u32(0)
        .attribute(RTA_DST, value.network().getAddress())
        .attribute(RTA_OIF, index);
  }

  private static LinkAddress toLinkAddress(NetlinkMessage message) {
    InetAddress address =
        message
            .address(ADDRESS_BYTES, IFA_LOCAL)
            .or(() -> message.address(ADDRESS_BYTES, IFA_ADDRESS))
            .orElseThrow(() -> new IllegalStateException("netlink: an address without address"));
    return new LinkAddress(address, message.u8(ADDRESS_PREFIX));
  }

  private static Route toRoute(NetlinkMessage message) {
    boolean ipv6 = message.u8(0) == LibC.AF_INET6;
    InetAddress network =
        message
            .address(ROUTE_BYTES, RTA_DST)
            .orElseGet(() -> InetAddress.ofLiteral(ipv6 ? "::" : "0.0.0.0"));
    return new Route(network, message.u8(ROUTE_PREFIX));
  }

  private static int family(InetAddress address) {
    return address instanceof Inet6Address ? LibC.AF_INET6 : LibC.AF_INET;
  }

  private static String on(int index) {
    return " on interface " + index;
  }
}
