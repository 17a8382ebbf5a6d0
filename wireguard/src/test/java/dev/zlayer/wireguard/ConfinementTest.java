package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static dev.zlayer.wireguard.Packets.tcp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A guest, at 10.0.0.1 and fd00::1, may reach port 443 of its host, at 10.0.0.2 and fd00::2, and
 * nothing else.
 */
class ConfinementTest {
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Confinement IPV4 = confinement("10.0.0.2");
  private static final Confinement IPV6 = confinement("fd00::2");
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int DO_NOT_FRAGMENT = 0x4000;

  private final VirtualNetwork network = new VirtualNetwork(29);
  private final Node guest = network.node("192.0.2.1:51820");
  private final Node host = network.node("192.0.2.2:51820");
  private final PeerSettings unconfined =
      PeerSettings.of(guest.publicKey(), Cidr.parse("10.0.0.1/32"), Cidr.parse("fd00::1/128"))
          .withEndpoint(guest.endpoint);

  private final byte[] request = tcp("10.0.0.1", 40000, "10.0.0.2", 443, "request");
  private final byte[] answer = tcp("10.0.0.2", 443, "10.0.0.1", 40000, "answer");
  private final byte[] request6 = tcp("fd00::1", 40000, "fd00::2", 443, "request");
  private final byte[] answer6 = tcp("fd00::2", 443, "fd00::1", 40000, "answer");

  ConfinementTest() {
    guest.configure(
        PeerSettings.of(host.publicKey(), Cidr.parse("10.0.0.0/24"), Cidr.parse("fd00::/64"))
            .withEndpoint(host.endpoint));
    host.configure(unconfined.withConfinement(IPV4));
  }

  private static Confinement confinement(String target) {
    return new Confinement(InetAddress.ofLiteral(target), 443);
  }

  private void assertPasses(Node from, Node to, byte[] packet) {
    int received = to.received.size();
    long dropped = confined();
    from.send(packet);
    network.advance(MOMENT);
    assertEquals(received + 1, to.received.size());
    assertArrayEquals(packet, to.received.getLast());
    assertEquals(dropped, confined());
  }

  private void assertConfined(Node from, Node to, byte[] packet) {
    int received = to.received.size();
    long dropped = confined();
    from.send(packet);
    network.advance(MOMENT);
    assertEquals(received, to.received.size());
    assertEquals(dropped + 1, confined());
  }

  private void assertNotAdmitted(byte[] packet) {
    assertConfined(guest, host, packet);
  }

  private void assertNotSent(byte[] packet) {
    assertConfined(host, guest, packet);
  }

  private long confined() {
    return host.status(guest).drops().getOrDefault(DropReason.CONFINED, 0L);
  }

  private static byte[] withProtocol(byte[] packet, int protocol) {
    byte[] changed = packet.clone();
    changed[packet[0] >>> 4 == 4 ? 9 : 6] = (byte) protocol;
    return changed;
  }

  private static byte[] withFragment(byte[] ipv4, int flagsAndOffset) {
    byte[] changed = ipv4.clone();
    ByteBuffer.wrap(changed).putShort(6, (short) flagsAndOffset);
    return changed;
  }

  /** The packet with {@code bytes} of options, each a no-operation, behind its header. */
  private static byte[] withOptions(byte[] ipv4, int bytes) {
    byte[] changed = new byte[ipv4.length + bytes];
    Arrays.fill(changed, (byte) 1);
    System.arraycopy(ipv4, 0, changed, 0, 20);
    System.arraycopy(ipv4, 20, changed, 20 + bytes, ipv4.length - 20);
    changed[0] = (byte) (0x40 | (5 + bytes / 4));
    ByteBuffer.wrap(changed).putShort(2, (short) changed.length);
    return changed;
  }

  /** The packet's first bytes, as a whole packet. */
  private static byte[] cut(byte[] packet, int bytes) {
    byte[] changed = Arrays.copyOf(packet, bytes);
    boolean ipv4 = packet[0] >>> 4 == 4;
    ByteBuffer.wrap(changed).putShort(ipv4 ? 2 : 4, (short) (ipv4 ? bytes : bytes - 40));
    return changed;
  }

  @Test
  void carriesTcpToThePortAndBack() {
    assertPasses(guest, host, request);
    assertPasses(host, guest, answer);
    assertPasses(guest, host, withFragment(request, DO_NOT_FRAGMENT));
  }

  @Test
  void carriesIpv6ToThePortAndBack() {
    host.configure(unconfined.withConfinement(IPV6));
    assertPasses(guest, host, request6);
    assertPasses(host, guest, answer6);
    assertNotAdmitted(request);
    assertNotSent(answer);
  }

  @Test
  void admitsNoOtherPort() {
    assertNotAdmitted(tcp("10.0.0.1", 443, "10.0.0.2", 22, ""));
    assertNotAdmitted(tcp("10.0.0.1", 443, "10.0.0.2", 443 + 256, ""));
  }

  @Test
  void admitsNoOtherAddress() {
    assertNotAdmitted(tcp("10.0.0.1", 40000, "10.0.0.3", 443, ""));
    assertNotAdmitted(request6);
    host.configure(unconfined.withConfinement(IPV6));
    assertNotAdmitted(tcp("fd00::1", 40000, "fd00::3", 443, ""));
  }

  @Test
  void admitsNoOtherProtocol() {
    assertNotAdmitted(withProtocol(request, 17));
    assertNotAdmitted(withProtocol(request, 1));
    assertNotAdmitted(packet("10.0.0.1", "10.0.0.2", "of protocol 0"));
  }

  @Test
  void admitsNoIpv6ExtensionHeader() {
    host.configure(unconfined.withConfinement(IPV6));
    for (int next : new int[] {0, 43, 44, 60, 17, 58}) {
      assertNotAdmitted(withProtocol(request6, next));
    }
  }

  @Test
  void admitsNoFragment() {
    assertNotAdmitted(withFragment(request, MORE_FRAGMENTS));
    assertNotAdmitted(withFragment(request, 1));
    assertNotAdmitted(withFragment(request, DO_NOT_FRAGMENT | 0x1000));
  }

  @Test
  void findsThePortBehindOptions() {
    for (int bytes = 4; bytes <= 40; bytes += 4) {
      assertPasses(guest, host, withOptions(request, bytes));
      assertPasses(host, guest, withOptions(answer, bytes));
    }
    byte[] otherPort = withOptions(tcp("10.0.0.1", 40000, "10.0.0.2", 22, ""), 4);
    ByteBuffer.wrap(otherPort).putShort(22, (short) 443);
    assertNotAdmitted(otherPort);
  }

  @Test
  void admitsNoPacketThatIsTooShortForItsPorts() {
    assertNotAdmitted(cut(request, 20));
    assertNotAdmitted(cut(request, 23));
    assertPasses(guest, host, cut(request, 24));
    assertNotAdmitted(cut(withOptions(request, 40), 63));
    byte[] shortHeader = request.clone();
    shortHeader[0] = 0x44;
    assertNotAdmitted(shortHeader);
    host.configure(unconfined.withConfinement(IPV6));
    assertNotAdmitted(cut(request6, 40));
    assertNotAdmitted(cut(request6, 43));
  }

  @Test
  void doesNotTakePaddingForPorts() {
    byte[] padded = request.clone();
    ByteBuffer.wrap(padded).putShort(2, (short) 20);
    assertNotAdmitted(padded);
  }

  @Test
  void sendsNothingButThePortsAnswers() {
    assertPasses(guest, host, request);
    assertNotSent(tcp("10.0.0.2", 22, "10.0.0.1", 443, ""));
    assertNotSent(tcp("10.0.0.3", 443, "10.0.0.1", 443, ""));
    assertNotSent(answer6);
    assertNotSent(withProtocol(answer, 17));
    assertNotSent(withProtocol(answer, 1));
    assertNotSent(withFragment(answer, MORE_FRAGMENTS));
    assertNotSent(cut(answer, 20));
  }

  @Test
  void beginsNoHandshakeForWhatItWouldNotSend() {
    assertNotSent(packet("10.0.0.2", "10.0.0.1", "ping"));
    assertEquals(0, network.sent.size());
  }

  @Test
  void checksTheSourceFirst() {
    assertPasses(guest, host, request);
    guest.send(tcp("10.0.0.77", 40000, "10.0.0.2", 443, "forged"));
    network.advance(MOMENT);
    assertEquals(Map.of(DropReason.SOURCE_NOT_ALLOWED, 1L), host.status(guest).drops());
  }

  @Test
  void freesAPeerThatIsConfiguredWithoutConfinement() {
    byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
    byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");
    assertNotAdmitted(ping);
    host.configure(unconfined);
    assertPasses(guest, host, ping);
    assertPasses(host, guest, pong);
    host.configure(unconfined.withConfinement(IPV4));
    assertNotAdmitted(ping);
    assertNotSent(pong);
    assertEquals(1, network.countSent(Protocol.TYPE_INITIATION));
  }

  @Test
  void givesUpWhatWaitedForAPeerThatIsConfined() {
    host.configure(unconfined);
    host.send(packet("10.0.0.2", "10.0.0.1", "ping"));
    host.configure(unconfined.withConfinement(IPV4));
    assertEquals(1, confined());
    host.send(answer);
    host.configure(unconfined.withConfinement(IPV4).withPersistentKeepalive(25));
    network.advance(MOMENT);
    assertEquals(1, guest.received.size());
    assertArrayEquals(answer, guest.received.getFirst());
    assertEquals(1, confined());
  }

  @Test
  void isToldInThePeersSettings() {
    assertEquals(unconfined.withConfinement(IPV4), host.status(guest).settings());
    host.configure(unconfined.withConfinement(IPV6));
    assertEquals(unconfined.withConfinement(IPV6), host.status(guest).settings());
    host.configure(unconfined);
    assertEquals(unconfined, host.status(guest).settings());
  }

  @Test
  void outlivesAChangeOfTheRest() {
    PeerSettings changed =
        unconfined
            .withConfinement(IPV4)
            .withPresharedKey(unconfined.presharedKey())
            .withEndpoint(host.endpoint)
            .withPersistentKeepalive(5)
            .withAllowedIps(unconfined.allowedIps());
    assertEquals(Optional.of(IPV4), changed.confinement());
  }

  @Test
  void needsAPort() {
    InetAddress target = IPV4.target();
    assertThrows(IllegalArgumentException.class, () -> new Confinement(target, 0));
    assertThrows(IllegalArgumentException.class, () -> new Confinement(target, 65536));
    assertEquals(65535, new Confinement(target, 65535).port());
  }
}
