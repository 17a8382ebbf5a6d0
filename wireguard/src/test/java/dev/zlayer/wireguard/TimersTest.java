package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 6 of the white paper, a timer a test. A is the initiator of the first session. */
class TimersTest {
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final VirtualNetwork network = new VirtualNetwork(11);
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
  private final byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");

  TimersTest() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
  }

  private void establish() {
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(1, b.received.size());
    network.sent.clear();
  }

  private void seconds(double seconds) {
    network.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  private List<Datagram> sentBy(Node node) {
    return network.sent.stream().filter(d -> d.source().equals(node.endpoint)).toList();
  }

  private long initiations() {
    return network.countSent(Protocol.TYPE_INITIATION);
  }

  @Test
  void retriesAHandshakeAfterFiveSecondsPlusJitter() {
    network.cut = datagram -> true;
    a.send(ping);
    seconds(4.99);
    assertEquals(1, initiations());
    seconds(0.01 + 0.333);
    assertEquals(2, initiations());
  }

  @Test
  void doesNotBeginTwiceWithinFiveSeconds() {
    network.cut = datagram -> true;
    for (int i = 0; i < 40; i++) {
      a.send(ping);
      seconds(0.1);
    }
    assertEquals(1, initiations());
  }

  @Test
  void retriesWithFreshEphemeralsAndTimestamps() {
    network.cut = datagram -> true;
    a.send(ping);
    seconds(11);
    assertEquals(3, initiations());
    assertEquals(3, network.sent.stream().map(d -> ByteBuffer.wrap(d.bytes())).distinct().count());
  }

  @Test
  void givesUpAfterNinetySecondsAndDropsWhatWaited() {
    network.cut = datagram -> true;
    a.send(ping);
    seconds(600);
    assertTrue(initiations() >= 17 && initiations() <= 19, initiations() + " initiations");
    assertEquals(1, a.drops(DropReason.HANDSHAKE_TIMEOUT));

    network.cut = datagram -> false;
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(1, b.received.size());
  }

  @Test
  void initiatorRekeysOnSendingAfterTwoMinutes() {
    establish();
    seconds(119.9);
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(0, initiations());
    seconds(0.2);
    a.send(ping);
    assertEquals(1, initiations());
  }

  @Test
  void responderDoesNotRekeyByAge() {
    establish();
    seconds(125);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(List.of(), sentBy(b).stream().filter(d -> d.type() == 1).toList());
    assertEquals(1, a.received.size());
  }

  @Test
  void initiatorRekeysOnReceivingAfter165Seconds() {
    establish();
    seconds(164.5);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(0, initiations());
    seconds(0.5);
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    b.send(pong);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(1, sentBy(a).stream().filter(d -> d.type() == 1).count());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eitherSideRekeysAfterAllTooManyMessages(boolean initiator) {
    establish();
    seconds(6);
    Node node = initiator ? a : b;
    sealing(node).skipTo(Protocol.REKEY_AFTER_MESSAGES - 1);
    node.send(initiator ? ping : pong);
    assertEquals(0, initiations());
    node.send(initiator ? ping : pong);
    assertEquals(1, initiations());
  }

  @Test
  void usesNoSessionBeyondItsLastCounter() {
    establish();
    seconds(6);
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    sealing(a).skipTo(Protocol.REJECT_AFTER_MESSAGES - 1);
    a.send(ping);
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(2, b.received.size());
    network.cut = datagram -> false;
    seconds(6);
    assertEquals(3, b.received.size());
  }

  private SealingKey sealing(Node node) {
    return node.engine.currentSession((node == a ? b : a).publicKey()).sealing();
  }

  @Test
  void usesNoSessionAfterThreeMinutes() {
    establish();
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    seconds(180);
    a.send(ping);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(0, network.countSent(Protocol.TYPE_TRANSPORT) - keepalives());
    assertEquals(2, initiations());
  }

  private long keepalives() {
    return network.sent.stream().filter(d -> d.bytes().length == 32).count();
  }

  @Test
  void acceptsNoMessageOfASessionAfterThreeMinutes() {
    establish();
    network.minDelayNanos = Duration.ofSeconds(2).toNanos();
    seconds(179);
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    b.send(pong);
    seconds(3);
    assertEquals(0, a.received.size());
    assertEquals(1, a.drops(DropReason.SESSION_EXPIRED));
  }

  @Test
  void answersDataWithAKeepaliveAfterTenSeconds() {
    establish();
    seconds(9.9);
    assertEquals(0, sentBy(b).size());
    seconds(0.2);
    assertEquals(1, sentBy(b).size());
    assertEquals(32, sentBy(b).getFirst().bytes().length);
    seconds(60);
    assertEquals(1, network.sent.size());
  }

  @Test
  void sendsNoKeepaliveIfDataWentBack() {
    establish();
    seconds(5);
    b.send(pong);
    network.advance(MOMENT);
    seconds(9.9);
    assertEquals(0, keepalives());
  }

  @Test
  void sendsAnotherKeepaliveForDataThatCameMeanwhile() {
    establish();
    seconds(5);
    a.send(ping);
    seconds(16);
    assertEquals(2, keepalives());
    seconds(60);
    assertEquals(2, keepalives());
  }

  @Test
  void beginsAnewWhenDataGoesUnansweredFor15Seconds() {
    establish();
    network.cut = datagram -> datagram.source().equals(b.endpoint);
    a.send(ping);
    seconds(14.9);
    assertEquals(0, initiations());
    seconds(0.1 + 0.333);
    assertEquals(1, initiations());
  }

  @Test
  void doesNotBeginAnewWhenAKeepaliveAnswered() {
    establish();
    a.send(ping);
    seconds(60);
    assertEquals(0, initiations());
  }

  @Test
  void sendsPersistentKeepalivesAtTheirInterval() {
    establish();
    seconds(15);
    a.configure(a.status(b).settings().withPersistentKeepalive(25));
    network.advance(MOMENT);
    network.sent.clear();
    seconds(100.5);
    assertEquals(4, sentBy(a).size());
  }

  @Test
  void postponesAPersistentKeepaliveWhileThereIsTraffic() {
    establish();
    a.configure(a.status(b).settings().withPersistentKeepalive(5));
    seconds(0.5);
    network.sent.clear();
    for (int i = 0; i < 15; i++) {
      seconds(4);
      a.send(ping);
    }
    assertEquals(15, sentBy(a).size());
  }

  @Test
  void stopsPersistentKeepalives() {
    establish();
    a.configure(a.status(b).settings().withPersistentKeepalive(5));
    seconds(30);
    a.configure(a.status(b).settings().withPersistentKeepalive(0));
    seconds(15);
    network.sent.clear();
    seconds(100);
    assertEquals(0, network.sent.size());
  }

  @Test
  void persistentKeepaliveBringsUpASession() {
    a.configure(a.status(b).settings().withPersistentKeepalive(25));
    network.advance(MOMENT);
    assertTrue(b.status(a).lastHandshake().isPresent());
  }

  @Test
  void persistentKeepaliveOutlivesAnOutageLongerThanTheAttempts() {
    establish();
    a.configure(a.status(b).settings().withPersistentKeepalive(25));
    network.cut = datagram -> true;
    seconds(600);
    network.cut = datagram -> false;
    seconds(31);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(1, a.received.size());
  }

  @Test
  void erasesKeysAfterNineMinutes() {
    establish();
    Datagram late = messageOfB();
    seconds(3 * 180 + 1);
    network.transmit(late);
    network.advance(MOMENT);
    assertEquals(1, a.drops(DropReason.UNKNOWN_INDEX));
    assertEquals(0, a.drops(DropReason.SESSION_EXPIRED));
  }

  @Test
  void erasingOldKeysLeavesARunningHandshakeAlone() {
    establish();
    network.cut = datagram -> true;
    seconds(3 * 180 - 2);
    a.send(ping);
    seconds(4);
    network.cut = datagram -> false;
    seconds(6);
    assertEquals(2, b.received.size());
  }

  @Test
  void erasesASessionThatThePeerNeverConfirmed() {
    network.cut =
        datagram ->
            datagram.source().equals(b.endpoint) && datagram.type() == Protocol.TYPE_TRANSPORT;
    b.send(pong);
    network.advance(MOMENT);
    Datagram unconfirmed = network.sent.getLast();
    assertEquals(Protocol.TYPE_TRANSPORT, unconfirmed.type());
    seconds(6);
    network.cut = datagram -> false;
    for (int second = 0; second < 400; second++) {
      a.send(ping);
      seconds(1);
    }
    assertEquals(400, b.received.size());
    network.transmit(unconfirmed);
    network.advance(MOMENT);
    assertEquals(1, a.drops(DropReason.UNKNOWN_INDEX));
    assertEquals(0, a.drops(DropReason.SESSION_EXPIRED));
  }

  private Datagram messageOfB() {
    network.cut = datagram -> true;
    b.send(pong);
    network.cut = datagram -> false;
    Datagram message = network.sent.getLast();
    assertEquals(Protocol.TYPE_TRANSPORT, message.type());
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    return message;
  }

  @Test
  void answersOneInitiationInTwentyMilliseconds() {
    establish();
    network.cut = datagram -> true;
    a.engine.remove(b.publicKey());
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    seconds(1);
    a.send(ping);
    Datagram first = network.sent.getLast();
    seconds(6);
    Datagram second = network.sent.getLast();
    network.cut = datagram -> false;
    network.transmit(first);
    network.transmit(second);
    network.advance(Duration.ofMillis(5));
    assertEquals(1, b.drops(DropReason.HANDSHAKE_FLOOD));
  }

  @Test
  void beginsNoHandshakeOfItsOwnWhileItsAnswerIsUnderWay() {
    network.minDelayNanos = Duration.ofMillis(100).toNanos();
    a.send(ping);
    seconds(0.15);
    b.send(pong);
    seconds(1);
    assertEquals(1, initiations());
    assertEquals(1, a.received.size());
  }

  @Test
  void beginsAHandshakeOfItsOwnIfItsAnswerCameToNothing() {
    network.cut = datagram -> datagram.type() == Protocol.TYPE_RESPONSE;
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.cut = datagram -> datagram.source().equals(a.endpoint) && datagram.type() == 1;
    seconds(5.4);
    assertEquals(1, sentBy(b).stream().filter(d -> d.type() == 1).count());
    assertEquals(1, a.received.size());
  }

  @Test
  void responderSendsOnlyAfterItHeardFromTheInitiator() {
    network.cut =
        datagram ->
            datagram.source().equals(a.endpoint)
                ? datagram.type() == Protocol.TYPE_TRANSPORT
                : datagram.type() == Protocol.TYPE_INITIATION;
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(0, sentBy(b).stream().filter(d -> d.type() == 4).count());
  }

  @Test
  void idlesWithoutAnyTimerOnceEverythingIsErased() {
    establish();
    seconds(1000);
    network.sent.clear();
    assertEquals(Long.MAX_VALUE, a.engine.nextDeadlineNanos());
    assertEquals(Long.MAX_VALUE, b.engine.nextDeadlineNanos());
    seconds(10_000);
    assertEquals(0, network.sent.size());
  }
}
