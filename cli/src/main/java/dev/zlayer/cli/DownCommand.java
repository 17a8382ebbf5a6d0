package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stop this node; return when nothing is left of it.")
final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration EXIT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(10);

  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Override
  public Integer call() throws InterruptedException {
    try (Administration node = Administration.ofRunning(dataDirectory.path)) {
      NodeStatus status = node.status();
      node.stop();
      awaitEnd(status.pid());
      spec.commandLine().getOut().println(status.node().interfaceName() + " is down");
    }
    return 0;
  }

  /**
   * Nothing of the node is left when its socket is gone. Its process follows at once, unless it is
   * that of a program that goes on.
   */
  private void awaitEnd(long pid) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (Administration.isRunning(dataDirectory.path)) {
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
