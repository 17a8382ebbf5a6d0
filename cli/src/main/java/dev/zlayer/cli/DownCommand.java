package dev.zlayer.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stop this node; return when nothing is left of it.")
final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration PATIENCE_WITH_PROCESS = Duration.ofSeconds(2);
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
   * A node takes its socket away last. Its process ends then, unless it belongs to a program that
   * goes on.
   */
  private void awaitEnd(long pid) throws InterruptedException {
    if (!await(PATIENCE, () -> !Administration.isRunning(dataDirectory.path))) {
      throw new OverlayException(
          "the node has not stopped after %d s: see what process %d does"
              .formatted(PATIENCE.toSeconds(), pid));
    }
    await(PATIENCE_WITH_PROCESS, () -> !isAlive(pid));
  }

  /** A process that only its parent's forgetfulness keeps in the table has ended. */
  private static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), ISO_8859_1);
      return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean await(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }
}
