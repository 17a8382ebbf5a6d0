package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An engine whose interface is down: B's, while A goes on. */
class PauseTest {
  private static final Duration MOMENT = Duration.ofMillis(10);

  private final VirtualNetwork network = new VirtualNetwork(31, Crypto.system());
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
  private final byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");

  @BeforeEach
  void exchange() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(settings());
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(1, a.received.size());
  }

  private PeerSettings settings() {
    return PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32"));
  }

  private long sentByB() {
    return network.sent.stream().filter(sent -> sent.source().equals(b.endpoint)).count();
  }

  @Test
  void endsItsSessionsAndAnswersNothing() {
    b.engine.pause();
    long sent = sentByB();
    a.send(ping);
    network.advance(Duration.ofSeconds(60));
    assertEquals(sent, sentByB());
    assertEquals(1, b.received.size());
    assertEquals(1, b.engine.drops().get(DropReason.UNKNOWN_INDEX));
    assertTrue(b.engine.drops().get(DropReason.INTERFACE_DOWN) > 0);
  }

  @Test
  void reachesItsPeersAgainAfterwards() {
    b.engine.pause();
    a.send(ping);
    network.advance(Duration.ofSeconds(20));
    b.engine.resume(network.now());
    b.send(pong);
    network.advance(Duration.ofSeconds(1));
    assertEquals(2, a.received.size());
  }

  @Test
  void greetsPeersThatItHadASessionWithWhenItEnds() {
    b.engine.pause();
    a.send(ping);
    network.advance(Duration.ofSeconds(1));
    b.engine.resume(network.now());
    b.flush();
    network.advance(MOMENT);
    a.send(ping);
    network.advance(MOMENT);
    assertEquals(2, b.received.size());
  }

  @Test
  void greetsPeersWithAPersistentKeepaliveWhenItEnds() {
    b.configure(settings().withPersistentKeepalive(25));
    network.advance(MOMENT);
    b.engine.pause();
    network.advance(Duration.ofSeconds(30));
    long sent = sentByB();
    b.engine.resume(network.now());
    b.flush();
    network.advance(MOMENT);
    assertEquals(sent + 2, sentByB(), "an initiation and a keepalive");
  }

  @Test
  void givesUpWhatWaitedForAHandshake() {
    network.advance(Duration.ofSeconds(200));
    network.cut = datagram -> true;
    b.send(pong);
    b.engine.pause();
    network.cut = datagram -> false;
    b.engine.resume(network.now());
    network.advance(Duration.ofSeconds(10));
    assertEquals(1, a.received.size());
    assertEquals(1, b.engine.drops().get(DropReason.NO_ROUTE));
  }
}
