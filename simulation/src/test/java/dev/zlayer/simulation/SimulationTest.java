package dev.zlayer.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many meshes, each of which has a seed of its own. {@code -Dsimulation.seeds=10000} lives through
 * more of them, {@code -Dsimulation.seed=17} through that one, and tells of it.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("simulation.seeds", 1000);
  private static final long FIRST = Long.getLong("simulation.first", 1);
  private static final int MAX_REPORTED = 10;
  private static final String REPLAY =
      "mvn -pl simulation -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dsimulation.seed=";

  private final Map<String, Integer> counts = new TreeMap<>();
  private final List<AssertionError> failures = new ArrayList<>();

  @Test
  void everyMeshBecomesWholeAfterItsFaults() {
    Long single = Long.getLong("simulation.seed");
    if (single != null) {
      live(single, true);
      return;
    }
    long began = System.nanoTime();
    LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(this::tryToLive);
    System.out.printf(
        "%d seeds in %d s: %s%n",
        SEEDS, Duration.ofNanos(System.nanoTime() - began).toSeconds(), counts);
    if (!failures.isEmpty()) {
      AssertionError failure =
          new AssertionError("%d of %d seeds fail".formatted(failures.size(), SEEDS));
      failures.stream().limit(MAX_REPORTED).forEach(failure::addSuppressed);
      throw failure;
    }
  }

  @Test
  void aSeedReplaysExactly() {
    assertEquals(live(FIRST, false), live(FIRST, false));
  }

  private void tryToLive(long seed) {
    try {
      live(seed, false);
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
      synchronized (this) {
        failures.add(e);
      }
    }
  }

  /** Returns what two runs of one seed have in common. */
  private long live(long seed, boolean told) {
    try (Scenario scenario = new Scenario(seed, told)) {
      try {
        scenario.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed %d, second %.1f: %s%nReplay it with: %s%1$d"
                .formatted(seed, scenario.seconds(), e.getMessage(), REPLAY),
            e);
      }
      add(scenario.world.counts);
      return scenario.world.trace.hash();
    }
  }

  private synchronized void add(Map<String, Integer> more) {
    more.forEach((what, times) -> counts.merge(what, times, Integer::sum));
  }
}
