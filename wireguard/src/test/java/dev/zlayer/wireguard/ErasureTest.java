package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is secret is erased once it has served, also where a handshake fails. */
class ErasureTest {
  private final WatchedCrypto crypto = new WatchedCrypto();
  private final VirtualNetwork network = new VirtualNetwork(5, crypto);
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");

  ErasureTest() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
  }

  private void seconds(double seconds) {
    network.advance(Duration.ofNanos((long) (seconds * 1e9)));
  }

  /**
   * Each test ends where only the nodes' own keys are left, and one secret a peer that comes of
   * them and goes with it.
   */
  @AfterEach
  void nothingIsLeft() {
    assertTrue(crypto.seen() > 0);
    assertTrue(crypto.secretsLeft() <= peers(), crypto.secretsLeft() + " secrets");
    assertEquals(network.nodes.size(), crypto.privateKeysLeft());
    assertEquals(0, crypto.openCiphers());
    for (Node node : network.nodes) {
      node.engine.peers().forEach(peer -> node.engine.remove(peer.settings().publicKey()));
    }
    assertEquals(0, crypto.secretsLeft());
  }

  private long peers() {
    return network.nodes.stream().mapToLong(node -> node.engine.peers().size()).sum();
  }

  @Test
  void afterASessionThatEndedInSilence() {
    a.send(ping);
    seconds(1);
    assertEquals(4, crypto.openCiphers());
    assertEquals(2, crypto.secretsLeft());
    assertEquals(2, crypto.privateKeysLeft());
    seconds(600);
  }

  @Test
  void afterManySessions() {
    for (int second = 0; second < 500; second++) {
      a.send(ping);
      seconds(1);
      assertTrue(crypto.openCiphers() <= 2 * 2 * 3);
    }
    seconds(600);
  }

  @Test
  void afterAHandshakeThatWasGivenUp() {
    network.cut = datagram -> true;
    a.send(ping);
    seconds(100);
  }

  @Test
  void afterAHandshakeWithAnotherPresharedKey() {
    a.configure(
        a.status(b).settings().withPresharedKey(PresharedKey.generate(network.random::nextBytes)));
    a.send(ping);
    seconds(700);
    assertTrue(a.drops(DropReason.HANDSHAKE_FAILED) > 0);
  }

  @Test
  void afterAnInitiationThatIsRefused() {
    Node stranger = network.node("192.0.2.9:51820");
    stranger.configure(
        PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    stranger.send(ping);
    a.send(ping);
    seconds(1);
    Datagram initiation =
        network.sent.stream().filter(d -> d.source().equals(a.endpoint)).findFirst().orElseThrow();
    network.transmit(initiation);
    for (int at : List.of(10, 50, 100)) {
      byte[] altered = initiation.bytes().clone();
      altered[at] ^= 1;
      Identity.stamp(altered, b.publicKey());
      network.transmit(new Datagram(a.endpoint, b.endpoint, altered));
    }
    seconds(700);
    assertTrue(b.drops(DropReason.UNKNOWN_PEER) > 0);
    assertEquals(1, b.drops(DropReason.HANDSHAKE_REPLAYED));
    assertEquals(3, b.drops(DropReason.HANDSHAKE_FAILED));
  }

  @Test
  void ofAPeerThatIsRemoved() {
    a.send(ping);
    seconds(1);
    a.engine.remove(b.publicKey());
    b.engine.remove(a.publicKey());
    assertEquals(0, crypto.secretsLeft());
  }

  @Test
  void ofAPeerWhoseKeyChanges() {
    a.send(ping);
    seconds(1);
    a.engine.replaceKey(b.publicKey(), network.node("192.0.2.3:1").publicKey(), network.now());
    assertEquals(1, crypto.secretsLeft());
    seconds(700);
  }

  @Test
  void ofAKeyOfOursThatWasReplaced() {
    a.send(ping);
    seconds(1);
    a.engine.replacePrivateKey(PrivateKey.generate(network.random::nextBytes), network.now());
    assertEquals(1, crypto.secretsLeft());
    b.engine.removePrivateKey();
    assertEquals(0, crypto.secretsLeft());
    seconds(700);
    a.privateKey.destroy(); // which leaves the new one in its place
  }

  @Test
  void ofAnEngineThatIsClosed() {
    a.send(ping);
    seconds(1);
    network.cut = datagram -> true;
    seconds(200);
    a.send(ping);
    a.engine.close();
    b.engine.close();
    assertEquals(0, crypto.secretsLeft());
    assertEquals(Optional.of(b.endpoint), a.status(b).settings().endpoint());
  }
}
