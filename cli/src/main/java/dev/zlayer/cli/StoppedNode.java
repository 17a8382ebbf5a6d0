package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Ends a node that another process runs. */
final class StoppedNode {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(10);

  private StoppedNode() {}

  /**
   * Returns what it was when nothing is left of it.
   *
   * @param dataDirectory its own
   */
  static NodeStatus stop(Administration node, Path dataDirectory) throws InterruptedException {
    NodeStatus status = node.status();
    node.stop();
    awaitEnd(dataDirectory, status.pid());
    return status;
  }

  /**
   * Nothing of the node is left when its socket is gone. Its process follows at once, unless it is
   * that of a program that goes on.
   */
  private static void awaitEnd(Path dataDirectory, long pid) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Administration.isRunning(dataDirectory)) {
      if (System.nanoTime() > deadline) {
        throw new OverlayException(
            "the node of process %d has not ended after %d s: see what it does"
                .formatted(pid, PATIENCE.toSeconds()));
      }
      Thread.sleep(POLL);
    }
    long processDeadline = System.nanoTime() + EXIT_PATIENCE.toNanos();
    while (isAlive(pid) && System.nanoTime() < processDeadline) {
      Thread.sleep(POLL);
    }
  }

  /** Whether it runs a program; one that has ended may wait long for its parent to notice. */
  private static boolean isAlive(long pid) {
    return Files.exists(Path.of("/proc", Long.toString(pid), "exe"));
  }
}
