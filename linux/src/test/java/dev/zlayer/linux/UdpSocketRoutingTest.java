package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * <pre>
 *   one: v0 fe80::1 ---- two: v1 fe80::2
 * </pre>
 */
@Tag("root")
@Timeout(20)
class UdpSocketRoutingTest {
  private TestNamespace one;
  private TestNamespace two;
  private UdpSocket left;
  private UdpSocket right;
  private int leftIndex;
  private int rightIndex;

  @BeforeEach
  void open() throws Exception {
    one = TestNamespace.create();
    two = TestNamespace.create();
    left = one.call(() -> UdpSocket.open(1111));
    right = two.call(() -> UdpSocket.open(2222));
    String peer = two.path().getFileName().toString();
    // An index that differs at the two ends shows whose is given.
    one.ip("link", "add", "v0", "index", "7", "type", "veth", "peer", "name", "v1", "netns", peer);
    leftIndex = address(one, "v0", "fe80::1");
    rightIndex = address(two, "v1", "fe80::2");
  }

  @AfterEach
  void close() throws Exception {
    left.close();
    right.close();
    one.close();
    two.close();
  }

  @Test
  void carriesTheInterfaceOfALinkLocalAddressBothWays() throws Exception {
    assertEquals(1, left.send(Batches.of(linkLocal("fe80::2", leftIndex, 2222), "ping")));

    PacketBatch received = Batches.empty(1);
    assertEquals(1, Batches.receive(right, received));
    assertEquals(linkLocal("fe80::1", rightIndex, 1111), received.get(0).endpoint());
    assertEquals(1, right.send(received));
    PacketBatch answer = Batches.empty(1);
    assertEquals(1, Batches.receive(left, answer));
    assertEquals(linkLocal("fe80::2", leftIndex, 2222), answer.get(0).endpoint());
  }

  @Test
  void skipsEndpointsWithoutRoute() throws Exception {
    PacketBatch batch = Batches.empty(4);
    Batches.add(batch, Batches.at("192.0.2.1", 9), "no route");
    Batches.add(batch, Batches.at("2001:db8::1", 9), "no route");
    Batches.add(batch, linkLocal("fe80::2", leftIndex, 2222), "sent");
    Batches.add(batch, linkLocal("fe80::2", 999, 2222), "no such interface");
    assertEquals(1, left.send(batch));

    PacketBatch received = Batches.empty(4);
    assertEquals(1, Batches.receive(right, received));
    assertEquals(List.of("sent"), Batches.texts(received));
  }

  @Test
  void knowsTheInterfacesOfItsOwnNamespaceWhetherUpOrNot() throws Exception {
    assertEquals(leftIndex, left.interfaceIndex("v0"));
    assertEquals(rightIndex, right.interfaceIndex("v1"));
    assertEquals(0, right.interfaceIndex("v0"));
    one.ip("link", "set", "v0", "down");
    assertEquals(leftIndex, left.interfaceIndex("v0"));
    assertThrows(IllegalArgumentException.class, () -> left.interfaceIndex("x".repeat(16)));
  }

  @Test
  void opensASiblingInItsOwnNamespace() throws Exception {
    try (UdpSocket sibling = right.sibling(3333)) {
      assertEquals(3333, sibling.port());
      left.send(Batches.of(linkLocal("fe80::2", leftIndex, 3333), "ping"));
      assertEquals(1, Batches.receive(sibling, Batches.empty(1)));
    }
    NativeException e = assertThrows(NativeException.class, () -> right.sibling(2222));
    assertEquals("EADDRINUSE", e.errnoName());
  }

  @Test
  void routesMarkedDatagramsByTheirMark() throws Exception {
    PacketBatch ping = Batches.of(Batches.at("192.0.2.9", 2222), "ping");
    two.ip("address", "add", "192.0.2.9/32", "dev", "v1");
    two.ip("route", "add", "192.0.2.1", "dev", "v1");
    one.ip("address", "add", "192.0.2.1/32", "dev", "v0");
    one.ip("route", "add", "192.0.2.9", "dev", "v0", "table", "77");
    one.ip("rule", "add", "fwmark", "0xcafe", "table", "77");
    assertEquals(0, left.send(ping));
    left.mark(0xcafe);
    assertEquals(1, left.send(ping));
    assertEquals(1, Batches.receive(right, Batches.empty(1)));
    left.mark(0);
    assertEquals(0, left.send(ping));
  }

  /** Datagrams over the path's MTU can't be cut from a larger message; they must be fragmented. */
  @Test
  void sendsSinglyWhatCanOnlyBeFragmented() throws Exception {
    one.ip("address", "add", "192.0.2.1/24", "dev", "v0");
    two.ip("address", "add", "192.0.2.2/24", "dev", "v1");
    one.ip("link", "set", "v0", "mtu", "1280");
    PacketBatch batch = Batches.empty(7);
    for (int bytes : List.of(1000, 1000, 1400, 1400, 1400, 1000, 1000)) {
      Batches.add(batch, Batches.at("192.0.2.2", 2222), "x".repeat(bytes));
    }
    assertEquals(7, left.send(batch));
    List<String> received = new ArrayList<>();
    while (received.size() < 7) {
      PacketBatch arrived = Batches.empty(7);
      Batches.receive(right, arrived);
      received.addAll(Batches.texts(arrived));
    }
    assertEquals(Batches.texts(batch), received);
  }

  private static int address(TestNamespace namespace, String name, String address)
      throws Exception {
    try (Netlink netlink = namespace.call(Netlink::open)) {
      int index = netlink.linkIndex(name);
      netlink.linkUp(index);
      netlink.addAddress(index, InetAddress.ofLiteral(address), 64);
      return index;
    }
  }

  private static Endpoint linkLocal(String address, int scope, int port) throws Exception {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    return Endpoint.of(Inet6Address.getByAddress(null, bytes, scope), port);
  }
}
