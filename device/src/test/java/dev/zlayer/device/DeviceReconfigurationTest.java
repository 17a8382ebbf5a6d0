package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import java.io.IOException;
import java.net.BindException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What changes under two running devices, A at 10.0.0.1 and B at 10.0.0.2, in memory. */
@Timeout(30)
class DeviceReconfigurationTest {
  private static final Cidr TO_A = Cidr.parse("10.0.0.1/32");
  private static final Cidr TO_B = Cidr.parse("10.0.0.2/32");

  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryTun hostA = new MemoryTun("zltest-a");
  private final MemoryTun hostB = new MemoryTun("zltest-b");
  private final MemoryNetwork.Port portA = network.open("192.0.2.1:51820");
  private final MemoryNetwork.Port portB = network.open("192.0.2.2:51820");
  private final Device a = device(hostA, portA, Optional.of(newKey()));
  private final Device b = device(hostB, portB, Optional.of(newKey()));

  @BeforeEach
  void introduce() {
    a.configure(PeerSettings.of(key(b), TO_B).withEndpoint(portB.local));
    b.configure(PeerSettings.of(key(a), TO_A));
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  private static Device device(
      MemoryTun tun, MemoryNetwork.Port port, Optional<PrivateKey> privateKey) {
    return MemoryDevice.start(tun, port, privateKey);
  }

  private static PrivateKey newKey() {
    return PrivateKey.generate(new SecureRandom()::nextBytes);
  }

  private static PublicKey key(Device device) {
    return device.publicKey().orElseThrow();
  }

  private void assertCarries(MemoryTun from, MemoryTun to, byte[] packet) throws Exception {
    from.send(packet);
    assertArrayEquals(packet, to.receive());
  }

  private void assertCarriesBothWays() throws Exception {
    assertCarries(hostA, hostB, Packets.ipv4(1, 2, "ping"));
    assertCarries(hostB, hostA, Packets.ipv4(2, 1, "pong"));
  }

  @Test
  void movesToAnotherPortAndIsFollowedThere() throws Exception {
    assertCarriesBothWays();
    a.listenPort(1111);
    assertEquals(1111, a.listenPort());
    assertTrue(portA.closed);
    assertCarriesBothWays();
    assertEquals(
        "192.0.2.1:1111", b.peers().getFirst().settings().endpoint().orElseThrow().toString());
  }

  @Test
  void losesNothingThatIsSentWhileItMoves() throws Exception {
    assertCarriesBothWays();
    int moves = 200;
    for (int i = 0; i < moves; i++) {
      hostA.send(Packets.ipv4(1, 2, "packet " + i));
      a.listenPort(2000 + i);
    }
    for (int i = 0; i < moves; i++) {
      assertArrayEquals(Packets.ipv4(1, 2, "packet " + i), hostB.receive());
    }
    assertCarriesBothWays();
  }

  @Test
  void staysWhereItIsWhenThePortIsTaken() throws Exception {
    network.open("192.0.2.1:1111");
    assertThrows(BindException.class, () -> a.listenPort(1111));
    assertEquals(51820, a.listenPort());
    a.listenPort(51820);
    assertCarriesBothWays();
  }

  @Test
  void picksAFreePort() throws Exception {
    a.listenPort(0);
    assertTrue(a.listenPort() >= 49_152);
    assertCarriesBothWays();
  }

  @Test
  void keepsItsMarkWhenItMoves() throws Exception {
    a.fwMark(0xcafe);
    assertEquals(0xcafe, portA.mark);
    a.listenPort(1111);
    assertEquals(0xcafe, network.at("192.0.2.1:1111").mark);
    assertEquals(0xcafe, a.status().fwMark());
    a.fwMark(0);
    assertEquals(0, network.at("192.0.2.1:1111").mark);
  }

  @Test
  void refusesToMoveOnceItHasEnded() {
    a.close();
    assertThrows(IOException.class, () -> a.listenPort(1111));
    assertThrows(IOException.class, () -> a.fwMark(1));
  }

  @Test
  void changesItsKeyWithoutLosingAPacket() throws Exception {
    assertCarriesBothWays();
    PublicKey former = key(a);
    a.replacePrivateKey(newKey());
    assertCarriesBothWays();
    b.replaceKey(former, key(a));
    assertCarriesBothWays();
  }

  @Test
  void startsWithoutAKeyAndSendsWhatWaitedForIt() throws Exception {
    MemoryTun host = new MemoryTun("zltest-c");
    PrivateKey privateKey = newKey();
    b.configure(PeerSettings.of(Crypto.system().publicKey(privateKey), Cidr.parse("10.0.0.3/32")));
    try (Device c = device(host, network.open("192.0.2.3:51820"), Optional.empty())) {
      c.configure(PeerSettings.of(key(b), TO_B).withEndpoint(portB.local));
      assertEquals(Optional.empty(), c.publicKey());
      host.send(Packets.ipv4(3, 2, "early"));
      assertTrue(hostB.receivesNothing());
      c.replacePrivateKey(privateKey);
      assertArrayEquals(Packets.ipv4(3, 2, "early"), hostB.receive());
      c.removePrivateKey();
      host.send(Packets.ipv4(3, 2, "late"));
      assertTrue(hostB.receivesNothing());
    }
  }

  @Test
  void removesThePeerThatItBecomes() {
    PrivateKey privateKey = newKey();
    a.configure(PeerSettings.of(Crypto.system().publicKey(privateKey)));
    a.replacePrivateKey(privateKey);
    assertEquals(
        List.of(key(b)), a.peers().stream().map(peer -> peer.settings().publicKey()).toList());
  }
}
