package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How many agreements a handshake costs, and that a changed key is one that is agreed on anew. */
class StaticAgreementTest {
  private final WatchedCrypto crypto = new WatchedCrypto();
  private final VirtualNetwork network = new VirtualNetwork(5, crypto);
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");

  StaticAgreementTest() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
  }

  /** Agreements on both sides until a ping has arrived that needed a handshake. */
  private int agreements() {
    int before = crypto.agreements();
    int received = b.received.size();
    a.send(ping);
    network.advance(Duration.ofSeconds(1));
    assertEquals(received + 1, b.received.size());
    return crypto.agreements() - before;
  }

  /** Lets every session end. */
  private void rest() {
    network.advance(Duration.ofMinutes(10));
  }

  @Test
  void isComputedOnceByEachSide() {
    assertEquals(8, agreements());
    rest();
    assertEquals(6, agreements());
    rest();
    assertEquals(6, agreements());
  }

  @Test
  void isComputedAnewForANewKeyOfOurs() {
    assertEquals(8, agreements());
    rest();
    PrivateKey key = PrivateKey.generate(network.random::nextBytes);
    b.engine.replaceKey(a.publicKey(), crypto.publicKey(key), network.now());
    a.engine.replacePrivateKey(key, network.now());
    assertEquals(8, agreements());
    assertTrue(b.status(a).lastHandshake().isPresent());
  }

  @Test
  void isComputedAnewAfterAKeyWasTakenAway() {
    assertEquals(8, agreements());
    rest();
    a.engine.removePrivateKey();
    a.engine.replacePrivateKey(a.privateKey, network.now());
    assertEquals(7, agreements());
  }
}
