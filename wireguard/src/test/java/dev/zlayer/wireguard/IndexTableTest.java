package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexTableTest {
  private final Random random = new Random(5);
  private final IndexTable table = new IndexTable(random::nextBytes);
  private final Crypto crypto = Crypto.portable();
  private final Peer peer =
      new Peer(
          crypto.publicKey(PrivateKey.generate(random::nextBytes)),
          table,
          new Deadlines<>(),
          DropCounters.ofInterface());

  private Session session(int index) {
    TransportKeys keys = new TransportKeys(new byte[32], new byte[32], index, 1);
    return new Session(crypto, peer, keys, true, 1, 0);
  }

  @Test
  void findsEveryReceiverWhileItGrows() {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      Session session = session(table.freeIndex());
      table.put(session);
      sessions.add(session);
    }
    for (Session session : sessions) {
      assertSame(session, table.find(session.index()));
      assertNull(table.find(session.index() ^ 0x8000_0000));
    }
  }

  @Test
  void findsNothingThatWasTakenOut() {
    Session session = session(table.freeIndex());
    table.put(session);
    table.remove(session);
    assertNull(table.find(session.index()));
  }

  @Test
  void leavesAloneWhatReplacedAReceiver() {
    Session former = session(table.freeIndex());
    Session successor = session(former.index());
    table.put(former);
    table.put(successor);
    table.remove(former);
    assertSame(successor, table.find(former.index()));
  }
}
