package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a packet thread may ask for that looked its peer up before the peer was removed. */
class HandshakesTest {
  private final Entropy entropy = new Random(3)::nextBytes;
  private final Crypto crypto = Crypto.system();
  private final DropCounters drops = DropCounters.ofInterface();
  private final IndexTable indices = new IndexTable(entropy);
  private final PeerTable peers = new PeerTable();
  private final Handshakes handshakes =
      new Handshakes(crypto, entropy, InstantSource.system(), indices, peers, drops);
  private final Peer peer =
      new Peer(
          crypto.publicKey(PrivateKey.generate(entropy)),
          indices,
          new Deadlines<>(),
          DropCounters.ofPeer(drops));

  HandshakesTest() {
    handshakes.replaceIdentity(PrivateKey.generate(entropy), 0);
    peer.endpoint(Endpoint.parse("192.0.2.2:51820"));
    peers.add(peer);
  }

  private void remove() {
    handshakes.forget(peer);
    peers.remove(peer);
  }

  @Test
  void stagesNothingForARemovedPeer() {
    remove();
    handshakes.stage(peer, packet("10.0.0.1", "10.0.0.2", "late"), 0);
    assertFalse(handshakes.hasOutput());
    assertFalse(peer.hasStaged());
    assertEquals(Map.of(DropReason.NO_ROUTE, 1L), drops.snapshot());
  }

  @Test
  void beginsNoHandshakeWithARemovedPeer() {
    remove();
    handshakes.initiate(peer, 0);
    handshakes.rekeyOnReceive(peer, 0);
    assertFalse(handshakes.hasOutput());
  }

  @Test
  void beginsOneWithAPeerThatIsThere() {
    handshakes.initiate(peer, 0);
    assertTrue(handshakes.hasOutput());
  }
}
