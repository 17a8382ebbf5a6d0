package dev.zlayer.wireguard;

import dev.zlayer.testkit.PurityRules;
import org.junit.jupiter.api.Test;

class PurityTest {
  @Test
  void protocolDoesNoIoAndReadsNoClock() {
    PurityRules.assertPure(Engine.class, "dev.zlayer.wireguard");
  }
}
