package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static dev.zlayer.wireguard.Packets.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two engines, A at 10.0.0.1 and B at 10.0.0.2, who know each other's keys and endpoints. */
class EngineTest {
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final VirtualNetwork network = new VirtualNetwork(7);
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");

  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
  private final byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");

  EngineTest() {
    introduce(PresharedKey.NONE, PresharedKey.NONE);
  }

  private void introduce(PresharedKey keyOfA, PresharedKey keyOfB) {
    a.configure(
        PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32"), Cidr.parse("fd00::2/128"))
            .withPresharedKey(keyOfA)
            .withEndpoint(b.endpoint));
    b.configure(
        PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32"), Cidr.parse("fd00::1/128"))
            .withPresharedKey(keyOfB)
            .withEndpoint(a.endpoint));
  }

  private static List<String> payloads(Node node) {
    return node.received.stream().map(Packets::payload).toList();
  }

  private void exchange() {
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
  }

  @Test
  void pingsBothWaysWithOneHandshake() {
    exchange();
    exchange();
    assertEquals(List.of("ping", "ping"), payloads(b));
    assertEquals(List.of("pong", "pong"), payloads(a));
    assertEquals(1, network.countSent(Protocol.TYPE_INITIATION));
    assertEquals(1, network.countSent(Protocol.TYPE_RESPONSE));
  }

  @Test
  void carriesIpv6() {
    a.send(packet("fd00::1", "fd00::2", "six"));
    network.advance(MOMENT);
    assertEquals(List.of("six"), payloads(b));
  }

  @Test
  void padsToSixteenBytesButNotPastTheMtu() {
    exchange();
    network.sent.clear();
    a.send(packet("10.0.0.1", "10.0.0.2", "x"));
    a.send(packet("10.0.0.1", "10.0.0.2", "x".repeat(1400)));
    assertEquals(16 + 32 + 16, network.sent.get(0).bytes().length);
    assertEquals(16 + 1420 + 16, network.sent.get(1).bytes().length);
    network.advance(MOMENT);
    assertEquals("x", payload(b.received.get(1)));
  }

  @Test
  void dropsMessagesWhoseReservedBytesAreNotZero() {
    a.send(packet("10.0.0.1", "10.0.0.2", "ping"));
    network.advance(MOMENT);
    b.send(packet("10.0.0.2", "10.0.0.1", "pong"));
    List<Datagram> toB =
        network.sent.stream().filter(sent -> sent.target().equals(b.endpoint)).toList();
    assertEquals(2, toB.size(), "an initiation and a packet");
    for (Datagram datagram : toB) {
      for (int reserved = 1; reserved <= 3; reserved++) {
        byte[] bytes = datagram.bytes().clone();
        bytes[reserved] = 1;
        b.receive(new Datagram(datagram.source(), datagram.target(), bytes));
      }
    }
    assertEquals(6, b.drops(DropReason.MALFORMED_MESSAGE));
  }

  @Test
  void neverShowsThePacketOnTheWire() {
    a.send(packet("10.0.0.1", "10.0.0.2", "in the clear"));
    network.advance(MOMENT);
    for (Datagram datagram : network.sent) {
      String wire = new String(datagram.bytes(), StandardCharsets.ISO_8859_1);
      assertFalse(wire.contains("in the clear"));
    }
  }

  @Test
  void agreesWithTheSamePresharedKey() {
    PresharedKey key = PresharedKey.generate(network.random::nextBytes);
    introduce(key, key);
    exchange();
    assertEquals(List.of("ping"), payloads(b));
  }

  @Test
  void dropsAHandshakeWithAnotherPresharedKey() {
    introduce(PresharedKey.generate(network.random::nextBytes), PresharedKey.NONE);
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(List.of(), payloads(b));
    assertEquals(1, a.drops(DropReason.HANDSHAKE_FAILED));
    assertEquals(
        Optional.of(1L), Optional.ofNullable(a.status(b).drops().get(DropReason.HANDSHAKE_FAILED)));
  }

  @Test
  void isSilentToStrangers() {
    Node stranger = network.node("192.0.2.9:51820");
    stranger.configure(
        PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    stranger.send(packet("10.0.0.9", "10.0.0.2", "let me in"));
    network.advance(MOMENT);
    assertEquals(1, network.sent.size());
    assertEquals(1, b.drops(DropReason.UNKNOWN_PEER));
  }

  @Test
  void isSilentToMessagesForAnotherKey() {
    a.engine.remove(b.publicKey());
    PublicKey other = network.node("192.0.2.9:1").publicKey();
    a.configure(PeerSettings.of(other, Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(1, network.sent.size());
    assertEquals(1, b.drops(DropReason.WRONG_MAC1));
  }

  @Test
  void stagesPacketsInOrderWhileTheHandshakeRuns() {
    for (int i = 0; i < 5; i++) {
      a.send(packet("10.0.0.1", "10.0.0.2", "packet " + i));
    }
    assertEquals(1, network.sent.size());
    network.advance(MOMENT);
    assertEquals(List.of("packet 0", "packet 1", "packet 2", "packet 3", "packet 4"), payloads(b));
  }

  @Test
  void letsTheOldestStagedPacketGiveWay() {
    network.cut = datagram -> true;
    for (int i = 0; i < Protocol.MAX_STAGED + 3; i++) {
      a.send(packet("10.0.0.1", "10.0.0.2", "packet " + i));
    }
    network.cut = datagram -> false;
    network.advance(Duration.ofSeconds(6));
    assertEquals(Protocol.MAX_STAGED, b.received.size());
    assertEquals("packet 3", payload(b.received.getFirst()));
    assertEquals(3, a.drops(DropReason.STAGING_FULL));
  }

  @Test
  void refusesASourceThatThePeerDoesNotOwn() {
    exchange();
    a.send(packet("10.0.0.77", "10.0.0.2", "forged"));
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));
    assertEquals(1, b.drops(DropReason.SOURCE_NOT_ALLOWED));
  }

  @Test
  void countsPacketsForNobody() {
    a.send(packet("10.0.0.1", "10.0.0.99", "lost"));
    a.send(new byte[] {0x45, 0});
    assertEquals(1, a.drops(DropReason.NO_ROUTE));
    assertEquals(1, a.drops(DropReason.MALFORMED_PACKET));
  }

  @Test
  void dropsAPacketThatLeavesNoRoomForItsTag() {
    exchange();
    a.send(packet("10.0.0.1", "10.0.0.2", "x".repeat(2000)));
    assertEquals(1, a.drops(DropReason.PACKET_TOO_LONG));
    exchange();
    assertEquals(List.of("ping", "ping"), payloads(b));
  }

  @Test
  void dropsAPacketThatLeavesNoRoomForItsHeader() {
    exchange();
    PacketBatch packets = PacketBatch.allocate(Arena.ofAuto(), 1, 2048, Engine.HEADROOM_BYTES - 1);
    packets.add().copyFrom(ping);
    a.engine.seal(packets, batch(1, 2048), network.now());
    assertEquals(1, a.drops(DropReason.PACKET_TOO_LONG));
  }

  @Test
  void dropsADatagramThatLeavesNoRoomToOpenIt() {
    exchange();
    a.send(ping);
    byte[] sent = network.sent.getLast().bytes();
    int largest = Engine.HEADROOM_BYTES + sent.length + Engine.TAILROOM_BYTES;
    assertEquals(0, opened(sent, batch(1, Engine.HEADROOM_BYTES + sent.length), batch(1, 2048)));
    assertEquals(0, opened(sent, batch(1, 2048), batch(1, Engine.HEADROOM_BYTES + 1)));
    assertEquals(2, b.drops(DropReason.PACKET_TOO_LONG));
    assertEquals(1, opened(sent, batch(1, largest), batch(1, largest)));
    assertEquals(2, b.drops(DropReason.PACKET_TOO_LONG));
  }

  private int opened(byte[] message, PacketBatch datagrams, PacketBatch packets) {
    PacketBuffer datagram = datagrams.add();
    datagram.copyFrom(message);
    datagram.endpoint(a.endpoint);
    b.engine.open(datagrams, packets, network.now());
    return packets.size();
  }

  private static PacketBatch batch(int packets, int bufferBytes) {
    return PacketBatch.allocate(Arena.ofAuto(), packets, bufferBytes, Engine.HEADROOM_BYTES);
  }

  @Test
  void countsPacketsForAPeerWithoutEndpoint() {
    a.configure(
        PeerSettings.of(network.node("192.0.2.9:1").publicKey(), Cidr.parse("10.0.9.0/24")));
    a.send(packet("10.0.0.1", "10.0.9.1", "nowhere"));
    assertEquals(1, a.drops(DropReason.NO_ENDPOINT));
  }

  @Test
  void refusesAReplayedTransportMessage() {
    exchange();
    Datagram last =
        network.sent.stream().filter(d -> d.target().equals(b.endpoint)).toList().getLast();
    network.transmit(last);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));
    assertEquals(1, b.drops(DropReason.REPLAYED));
  }

  @Test
  void refusesAReplayedInitiation() {
    exchange();
    Datagram initiation = network.sent.getFirst();
    network.advance(Duration.ofSeconds(1));
    network.transmit(initiation);
    network.advance(MOMENT);
    assertEquals(1, b.drops(DropReason.HANDSHAKE_REPLAYED));
    assertEquals(1, network.countSent(Protocol.TYPE_RESPONSE));
  }

  @Test
  void refusesAlteredMessages() {
    exchange();
    for (Datagram datagram : List.copyOf(network.sent)) {
      if (datagram.target().equals(b.endpoint)) {
        byte[] altered = datagram.bytes().clone();
        altered[altered.length / 2] ^= 1;
        network.transmit(new Datagram(datagram.source(), datagram.target(), altered));
      }
    }
    int before = b.received.size();
    network.advance(MOMENT);
    assertEquals(before, b.received.size());
    assertTrue(b.drops(DropReason.WRONG_MAC1) >= 1);
    assertTrue(b.drops(DropReason.WRONG_TAG) >= 1);
  }

  @Test
  void countsWhatIsNoMessage() {
    Endpoint stranger = Endpoint.parse("192.0.2.66:6");
    byte[][] rubbish = {
      {},
      {1, 0, 0},
      {4, 0, 0, 0, 1, 2},
      {4, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
      new byte[148],
      new byte[2000],
    };
    for (byte[] bytes : rubbish) {
      network.schedule(new Datagram(stranger, b.endpoint, bytes));
    }
    network.advance(MOMENT);
    assertEquals(rubbish.length, b.drops(DropReason.MALFORMED_MESSAGE));
  }

  @Test
  void followsAPeerThatRoams() {
    exchange();
    a.endpoint = Endpoint.parse("[2001:db8::7]:4711");
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(Optional.of(a.endpoint), b.status(a).settings().endpoint());
    assertEquals(List.of("pong", "pong"), payloads(a));
  }

  @Test
  void doesNotFollowAForgedMessage() {
    exchange();
    Datagram genuine = network.sent.getLast();
    byte[] forged = genuine.bytes().clone();
    forged[20] ^= 1;
    network.transmit(new Datagram(Endpoint.parse("203.0.113.1:1"), b.endpoint, forged));
    network.advance(MOMENT);
    assertEquals(Optional.of(a.endpoint), b.status(a).settings().endpoint());
  }

  @Test
  void endsARemovedPeersTrafficAtOnce() {
    exchange();
    assertTrue(b.engine.remove(a.publicKey()));
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));
    assertEquals(List.of("pong"), payloads(a));
    assertEquals(1, b.drops(DropReason.UNKNOWN_INDEX));
    assertFalse(b.engine.remove(a.publicKey()));
  }

  @Test
  void movesAnAllowedIpFromOnePeerToAnother() {
    Node c = network.node("192.0.2.3:51820");
    c.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
    a.configure(PeerSettings.of(c.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(c.endpoint));
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(c));
    assertEquals(List.of(), payloads(b));
    assertEquals(
        List.of(Cidr.parse("fd00::2/128")), List.copyOf(a.status(b).settings().allowedIps()));
  }

  @Test
  void countsHandshakesAndMessagesOverAllSessions() {
    assertEquals(0, a.status(b).handshakes());
    for (int session = 1; session <= 5; session++) {
      exchange();
      network.advance(Duration.ofNanos(Protocol.REJECT_AFTER_NANOS));
      assertEquals(session, a.status(b).handshakes());
      assertEquals(session, b.status(a).handshakes());
      assertEquals(transportMessages(a), a.status(b).sentMessages());
      assertEquals(transportMessages(a), b.status(a).receivedMessages());
      assertEquals(transportMessages(b), a.status(b).receivedMessages());
    }
    assertTrue(transportMessages(a) >= 5, () -> "messages: " + transportMessages(a));
  }

  private long transportMessages(Node source) {
    return network.sent.stream()
        .filter(d -> d.source().equals(source.endpoint))
        .filter(d -> d.bytes()[0] == Protocol.TYPE_TRANSPORT)
        .count();
  }

  @Test
  void countsBytesAndKnowsTheLastHandshake() {
    assertEquals(Optional.empty(), a.status(b).lastHandshake());
    exchange();
    assertTrue(a.status(b).lastHandshake().isPresent());
    assertTrue(b.status(a).lastHandshake().isPresent());
    long onTheWire =
        network.sent.stream()
            .filter(d -> d.source().equals(a.endpoint))
            .mapToLong(d -> d.bytes().length)
            .sum();
    assertEquals(onTheWire, a.status(b).sentBytes());
    assertEquals(onTheWire, b.status(a).receivedBytes());
  }

  @Test
  void keepsSessionsWhileAPeersKeyIsReplaced() {
    exchange();
    PrivateKey renewed = PrivateKey.generate(network.random::nextBytes);
    PublicKey former = a.publicKey();
    a.engine.replacePrivateKey(renewed, network.now());
    b.engine.replaceKey(former, a.publicKey(), network.now());
    exchange();
    assertEquals(1, network.countSent(Protocol.TYPE_INITIATION));
    assertEquals(List.of("ping", "ping"), payloads(b));
    assertEquals(
        List.of(Cidr.parse("10.0.0.1/32"), Cidr.parse("fd00::1/128")),
        List.copyOf(b.status(a).settings().allowedIps()));

    network.advance(Duration.ofSeconds(121));
    exchange();
    network.advance(MOMENT);
    assertEquals(2, network.countSent(Protocol.TYPE_INITIATION));
    assertEquals(3, b.received.size());
  }

  @Test
  void answersForItsFormerKeyForAWhile() {
    PublicKey former = b.publicKey();
    b.engine.replacePrivateKey(PrivateKey.generate(network.random::nextBytes), network.now());
    network.advance(Duration.ofSeconds(179));
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));

    a.engine.remove(former);
    a.configure(PeerSettings.of(former, Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    network.advance(Duration.ofSeconds(2));
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(1, b.received.size());
    assertEquals(1, b.drops(DropReason.WRONG_MAC1));
  }

  @Test
  void bringsANewKeyIntoUseAtOnceAndLosesNothing() {
    exchange();
    PublicKey former = a.publicKey();
    a.engine.replacePrivateKey(PrivateKey.generate(network.random::nextBytes), network.now());
    b.engine.replaceKey(former, a.publicKey(), network.now());
    a.engine.rekeyAll(network.now());
    a.flush();
    exchange();
    assertEquals(2, network.countSent(Protocol.TYPE_INITIATION));
    assertEquals(List.of("ping", "ping"), payloads(b));
    assertEquals(List.of("pong", "pong"), payloads(a));
  }

  @Test
  void isSilentWithoutAKey() {
    exchange();
    a.engine.removePrivateKey();
    int sent = network.sent.size();
    a.send(ping);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(Optional.empty(), a.engine.publicKey());
    assertEquals(sent + 1, network.sent.size());
    assertEquals(1, a.received.size());
    assertEquals(1, a.drops(DropReason.UNKNOWN_INDEX));
    b.engine.remove(b.engine.peers().getFirst().settings().publicKey());
    network.advance(Duration.ofMinutes(20));
    assertEquals(sent + 1, network.sent.size());
  }

  @Test
  void sendsWhatWaitedOnceItHasAKeyAgain() {
    a.engine.removePrivateKey();
    a.send(ping);
    network.advance(Duration.ofMinutes(5));
    assertEquals(List.of(), payloads(b));
    a.engine.replacePrivateKey(a.privateKey, network.now());
    a.engine.rekeyAll(network.now());
    a.flush();
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));
  }

  @Test
  void removesThePeerWhoseKeyBecomesItsOwn() {
    exchange();
    a.engine.replacePrivateKey(b.privateKey, network.now());
    assertEquals(List.of(), a.engine.peers());
    a.send(ping);
    assertEquals(1, a.drops(DropReason.NO_ROUTE));
  }

  @Test
  void refusesItsOwnKeyAsAPeer() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> a.configure(PeerSettings.of(a.publicKey())));
    assertTrue(refusal.getMessage().contains(a.publicKey().toBase64()));
  }

  @Test
  void settlesOnOneSessionWhenBothBeginAtOnce() {
    a.send(ping);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(b));
    assertEquals(List.of("pong"), payloads(a));

    long initiations = network.countSent(Protocol.TYPE_INITIATION);
    for (int second = 0; second < 125; second++) {
      network.advance(Duration.ofSeconds(1));
      exchange();
    }
    assertEquals(2, initiations);
    assertEquals(initiations + 1, network.countSent(Protocol.TYPE_INITIATION));
    assertEquals(126, a.received.size());
    assertEquals(126, b.received.size());
  }

  /** A late first message may still leave each of the two in the session that the other began. */
  @Test
  void renewsInTimeWhenNeitherBeganTheSessionThatItSendsIn() {
    Node lesser = a.publicKey().compareTo(b.publicKey()) < 0 ? a : b;
    network.cut =
        datagram -> {
          boolean isLate =
              datagram.type() == Protocol.TYPE_TRANSPORT
                  || (datagram.type() == Protocol.TYPE_INITIATION
                      && datagram.source().equals(lesser.endpoint));
          network.minDelayNanos = Duration.ofMillis(isLate ? 50 : 20).toNanos();
          return false;
        };
    for (int i = 0; i < 1000; i++) {
      a.send(ping);
      b.send(pong);
      network.advance(Duration.ofMillis(200));
    }
    network.advance(Duration.ofSeconds(1));
    assertEquals(1000, a.received.size());
    assertEquals(1000, b.received.size());
  }

  @Test
  void losesNoPacketOverManyRekeys() {
    for (long seed = 1; seed <= 4; seed++) {
      VirtualNetwork busy = new VirtualNetwork(seed);
      busy.minDelayNanos = 20_000_000;
      busy.jitterNanos = 5_000_000;
      Node left = busy.node("192.0.2.1:1");
      Node right = busy.node("192.0.2.2:2");
      left.configure(
          PeerSettings.of(right.publicKey(), Cidr.parse("10.0.0.2/32"))
              .withEndpoint(right.endpoint));
      right.configure(
          PeerSettings.of(left.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(left.endpoint));
      int packets = 3000;
      for (int i = 0; i < packets; i++) {
        left.send(ping);
        right.send(pong);
        busy.advance(Duration.ofMillis(200));
      }
      busy.advance(Duration.ofSeconds(1));
      assertEquals(packets, right.received.size(), "seed " + seed);
      assertEquals(packets, left.received.size(), "seed " + seed);
      assertTrue(busy.countSent(Protocol.TYPE_INITIATION) >= 5, "seed " + seed);
    }
  }

  @Test
  void recoversFromALossyReorderingNetwork() {
    for (long seed = 1; seed <= 4; seed++) {
      VirtualNetwork bad = new VirtualNetwork(seed);
      bad.loss = 0.2;
      bad.duplication = 0.1;
      bad.jitterNanos = 300_000_000;
      Node left = bad.node("192.0.2.1:1");
      Node right = bad.node("192.0.2.2:2");
      left.configure(
          PeerSettings.of(right.publicKey(), Cidr.parse("10.0.0.2/32"))
              .withEndpoint(right.endpoint));
      right.configure(
          PeerSettings.of(left.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(left.endpoint));
      for (int i = 0; i < 2000; i++) {
        left.send(ping);
        bad.advance(Duration.ofMillis(300));
      }
      assertTrue(right.received.size() > 1400, "seed " + seed + ": " + right.received.size());
      assertTrue(right.received.size() <= 2000, "seed " + seed);

      bad.loss = 0;
      bad.jitterNanos = 0;
      bad.advance(Duration.ofSeconds(200));
      int before = right.received.size();
      left.send(ping);
      bad.advance(Duration.ofSeconds(1));
      assertEquals(before + 1, right.received.size(), "seed " + seed);
    }
  }

  @Test
  void bringsAPeerBackThatLostItsSessions() {
    exchange();
    Node reborn = network.rebirth(b);
    reborn.configure(
        PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
    network.advance(Duration.ofSeconds(1));
    reborn.engine.initiateAll(network.now());
    reborn.flush();
    network.advance(MOMENT);
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(List.of("ping"), payloads(reborn));
  }
}
