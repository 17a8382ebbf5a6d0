package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Ping;
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
  private static final Duration PING_INTERVAL = Duration.ofMillis(200);

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

  /** Starts {@code victim} anew; the time of its JVM's start counts too. */
  private static void assertRecovers(Node victim, Node other) {
    long start = System.nanoTime();
    RunningCommand again = victim.command("up").start();
    Eventually.within(
        RECOVERY_LIMIT,
        "traffic after the crash; " + victim.interfaceName() + " says " + again.errors(),
        () -> Ping.run(other.host(), victim.overlayIp(), 1, PING_INTERVAL).received() == 1);
    Duration recovery = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(recovery.compareTo(RECOVERY_LIMIT) < 0, recovery.toString());

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
