package dev.zlayer.overlay.enrolment;

import dev.zlayer.testkit.FuzzCorpus;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FuzzCorpusTest {
  @TestFactory
  List<DynamicTest> holdsForEveryInputOfTheCorpora() {
    return List.of(FuzzCorpus.replay("InviteTokenFuzz", InviteTokenFuzz::fuzzerTestOneInput));
  }
}
