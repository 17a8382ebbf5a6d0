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

  /** The process may belong to a program that goes on: its threads' end is what counts then. */
  private void awaitEnd(long pid) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!isAlive(pid) || !Administration.isRunning(dataDirectory.path)) {
        return;
      }
      Thread.sleep(POLL);
    }
    throw new OverlayException(
        "process " + pid + " has not ended after " + PATIENCE.toSeconds() + " s: see what it does");
  }

  private static boolean isAlive(long pid) {
    return Files.exists(Path.of("/proc", Long.toString(pid)));
  }
}
