package dev.zlayer.simulation;

import java.time.Duration;

/** A mesh becomes whole once nothing disturbs it any more. */
final class Convergence {
  /**
   * A session that died unnoticed is missed after 190 s; then each place that its peer may be at is
   * tried for 10 s.
   */
  private static final int LIMIT_SECONDS = 480;

  private static final int INTERVAL_SECONDS = 5;
  private static final int JOIN_PATIENCE_SECONDS = 90;

  private final World world;
  private final MeshView view;

  Convergence(World world, MeshView view) {
    this.world = world;
    this.view = view;
  }

  /** Lets time pass until every member knows and reaches every other and nobody else. */
  void expectWholeMesh() {
    String problem = "";
    for (int second = 0; second <= LIMIT_SECONDS; second += INTERVAL_SECONDS) {
      problem = view.problem().or(() -> view.unreachable(view.members())).orElse("");
      if (problem.isEmpty()) {
        world.tell("mesh", "is whole");
        world.count("whole within %3d s".formatted((second + 59) / 60 * 60));
        return;
      }
      world.advance(Duration.ofSeconds(INTERVAL_SECONDS));
      if (second == JOIN_PATIENCE_SECONDS) {
        view.joining().forEach(Host::giveUpJoin);
      }
    }
    throw new AssertionError(
        "the mesh isn't whole after %s s: %s".formatted(LIMIT_SECONDS, problem));
  }
}
