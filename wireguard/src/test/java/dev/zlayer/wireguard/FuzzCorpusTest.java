package dev.zlayer.wireguard;

import dev.zlayer.testkit.FuzzCorpus;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FuzzCorpusTest {
  @TestFactory
  List<DynamicTest> holdsForEveryInputOfTheCorpora() {
    return List.of(
        FuzzCorpus.replay("CidrFuzz", CidrFuzz::fuzzerTestOneInput),
        FuzzCorpus.replay("CookieReplyFuzz", CookieReplyFuzz::fuzzerTestOneInput),
        FuzzCorpus.replay("DatagramFuzz", DatagramFuzz::fuzzerTestOneInput),
        FuzzCorpus.replay("HandshakeFuzz", HandshakeFuzz::fuzzerTestOneInput),
        FuzzCorpus.replay("IpHeaderFuzz", IpHeaderFuzz::fuzzerTestOneInput),
        FuzzCorpus.replay("TransportFuzz", TransportFuzz::fuzzerTestOneInput));
  }
}
