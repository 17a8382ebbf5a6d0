package dev.zlayer.overlay;

import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.testkit.PurityRules;
import org.junit.jupiter.api.Test;

class PurityTest {
  @Test
  void membershipAndLeasesDoNoIoAndReadNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.ipam", "dev.zlayer.overlay.mesh");
  }

  @Test
  void conditionsComeFromFactsAlone() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.condition");
  }

  @Test
  void enrolmentDoesNoIoAndReadsNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.enrolment");
  }

  @Test
  void theMapAndTheControlApiDoNoIoAndReadNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.api", "dev.zlayer.overlay.map");
  }

  @Test
  void whatANodeTellsPrometheusDoesNoIoAndReadsNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.metrics");
  }

  @Test
  void whatABrowserIsShownDoesNoIoAndReadsNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.dashboard");
  }

  @Test
  void planningForTheMachinesResolverDoesNoIo() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.resolver.plan");
  }

  @Test
  void answeringDnsQuestionsDoesNoIoAndReadsNoClock() {
    PurityRules.assertPure(MeshState.class, "dev.zlayer.overlay.dns.zone");
  }
}
