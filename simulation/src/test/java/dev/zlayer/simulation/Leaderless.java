package dev.zlayer.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The workers of a mesh do without their leader, also those that are started meanwhile. */
final class Leaderless {
  /** What was learned in the last seconds isn't on every disk yet. */
  private static final Duration CALM = Duration.ofSeconds(10);

  private static final Duration START = Duration.ofSeconds(10);

  /**
   * Who was started anew looks for one that has moved where he was; that one misses him when their
   * session is over.
   */
  private static final Duration REUNION = Duration.ofMinutes(4);

  private final World world;
  private final Operator operator;
  private final MeshView view;
  private final Random random;

  Leaderless(World world, Operator operator, MeshView view, Random random) {
    this.world = world;
    this.operator = operator;
    this.view = view;
    this.random = random;
  }

  void expectWorkersReachEachOther() {
    world.advance(CALM);
    List<Host> workers = view.members().stream().filter(host -> host != operator.leader).toList();
    world.tell("leader", "is switched off");
    operator.leader.off();
    boolean oneMoves = !workers.isEmpty() && random.nextInt(4) == 0;
    if (oneMoves) {
      workers.get(random.nextInt(workers.size())).roam();
    }
    for (Host worker : workers) {
      if (random.nextInt(3) == 0) {
        worker.stop();
        worker.boot();
      }
    }
    world.advance(oneMoves ? REUNION : START);
    Optional<String> silence = view.unreachable(workers);
    Expect.that(silence.isEmpty(), "without their leader workers don't meet", silence);
    operator.leader.on();
    world.count("leaderless");
  }
}
