package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A node is killed and started again; nobody touches the other one. See {@link Mesh}. */
@Tag("root")
@Isolated("measures time")
class CrashTest {
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(5);
  private static final Duration LEARNING_LIMIT = Duration.ofSeconds(15);

  @TempDir private Path folder;

  @Test
  void workerIsBackWithinSecondsAtItsAddress() {
    try (Mesh mesh = Mesh.start(1, folder)) {
      Node leader = mesh.leader();
      Node worker = mesh.worker(1);
      worker.assertReaches(leader.overlayIp());
      mesh.process(worker).kill();
      leader.assertDoesNotReach(worker.overlayIp());

      assertRecovers(worker, leader);
    }
  }

  @Test
  void leaderFindsItsWorkersWhereItHadLearnedThatTheyAre() {
    try (Mesh mesh = Mesh.start(1, folder)) {
      Node leader = mesh.leader();
      Node worker = mesh.worker(1);
      worker.assertReaches(leader.overlayIp());
      Eventually.within(
          LEARNING_LIMIT,
          "the worker's endpoint in the leader's state file",
          () -> content(leader.stateFile()).contains("\"" + worker.endpoint() + "\""));
      mesh.process(leader).kill();
      worker.assertDoesNotReach(leader.overlayIp());

      assertRecovers(leader, worker);
    }
  }

  /**
   * Starts {@code victim} anew. The clock runs from when it says that it is up: how long a JVM
   * takes to start on a busy machine is another matter.
   */
  private static void assertRecovers(Node victim, Node other) {
    RunningCommand again = victim.up();
    Eventually.within(
        RECOVERY_LIMIT,
        () -> "traffic; " + again.output() + again.errors() + other.command("status").output(),
        () -> other.answersAtOnce(victim.overlayIp()));

    victim.assertReaches(other.overlayIp());
    assertEquals(victim.overlayIp(), victim.status().get("node").get("overlay_ip").asString());
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
