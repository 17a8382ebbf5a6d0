package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import java.lang.foreign.Arena;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The timers of an engine with many peers, all of which are silent. */
class ManyPeersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Endpoint PLACE = Endpoint.parse("192.0.2.1:51820");

  private final Random random = new Random(3);
  private final Crypto crypto = Crypto.system();
  private final Engine engine =
      new Engine(crypto, random::nextBytes, () -> Instant.EPOCH, key(), 1420);
  private final PacketBatch datagrams =
      PacketBatch.allocate(Arena.ofAuto(), 512, 256, Engine.HEADROOM_BYTES);

  private PrivateKey key() {
    return PrivateKey.generate(random::nextBytes);
  }

  private PeerSettings peer() {
    return PeerSettings.of(crypto.publicKey(key())).withEndpoint(PLACE);
  }

  /** How many datagrams wait to be sent. */
  private int drain(long nowNanos) {
    datagrams.clear();
    engine.drain(datagrams, nowNanos);
    return datagrams.size();
  }

  @Test
  void fireEachInItsTime() {
    for (int i = 0; i < 200; i++) {
      engine.configure(peer().withPersistentKeepalive(10 + i), 0);
    }
    assertEquals(200, drain(0), "a handshake for each");
    List<Long> fired = new ArrayList<>();
    for (long now = engine.nextDeadlineNanos(); now < 10 * SECOND; ) {
      engine.tick(now);
      assertEquals(1, drain(now), "an initiation that is sent again");
      fired.add(now);
      now = engine.nextDeadlineNanos();
    }
    assertEquals(200, fired.size());
    assertEquals(fired.stream().sorted().toList(), fired);
  }

  @Test
  void beginAHandshakeWithTheOneThatIsMeant() {
    PeerSettings one = peer();
    PeerSettings nowhere = PeerSettings.of(crypto.publicKey(key()));
    for (PeerSettings each : List.of(peer(), one, nowhere)) {
      engine.configure(each, 0);
    }
    engine.initiate(nowhere.publicKey(), 0);
    engine.initiate(crypto.publicKey(key()), 0);
    assertEquals(0, drain(0));
    engine.initiate(one.publicKey(), 0);
    assertEquals(1, drain(0));
    assertEquals(Protocol.INITIATION_BYTES, engine.peer(one.publicKey()).orElseThrow().sentBytes());
  }

  @Test
  void fireAFewAtATimeWhereManyAreDue() {
    for (int i = 0; i < 3 * Engine.PEERS_A_TICK; i++) {
      engine.configure(peer(), 0);
    }
    engine.initiateAll(0);
    assertEquals(3 * Engine.PEERS_A_TICK, drain(0));
    long now = 6 * SECOND;
    for (int i = 0; i < 3; i++) {
      assertTrue(engine.nextDeadlineNanos() <= now);
      engine.tick(now);
      assertEquals(Engine.PEERS_A_TICK, drain(now));
    }
    assertTrue(engine.nextDeadlineNanos() > now);
  }

  @Test
  void leaveNothingOfPeersThatAreRemoved() {
    List<PeerSettings> peers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      peers.add(peer().withPersistentKeepalive(10));
      engine.configure(peers.getLast(), 0);
    }
    drain(0);
    peers.forEach(peer -> engine.remove(peer.publicKey()));
    assertEquals(Deadlines.NEVER, engine.nextDeadlineNanos());
    engine.tick(100 * SECOND);
    assertEquals(0, drain(100 * SECOND));
  }

  @Test
  void leaveNothingOfAPeerThatAPacketThreadStillWorksFor() {
    Deadlines<PeerTimers> deadlines = new Deadlines<>();
    PeerTimers timers =
        new Peer(
                crypto.publicKey(key()),
                new IndexTable(random::nextBytes),
                deadlines,
                DropCounters.ofInterface())
            .timers();
    timers.persistentKeepalive(25, 0);
    assertEquals(1, deadlines.size());
    timers.stop();
    timers.dataSent(1);
    timers.dataReceived(1);
    timers.packetSent(2);
    assertEquals(0, deadlines.size());
  }
}
