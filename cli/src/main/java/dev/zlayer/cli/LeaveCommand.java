package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "leave",
    description =
        "Leave the overlay for good: the leader removes this worker, its state is deleted.")
final class LeaveCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Option(
      names = "--force",
      description = "Leave without the leader, for which this node remains a member.")
  boolean force;

  @Override
  public Integer call() throws InterruptedException {
    boolean runs = Administration.isRunning(dataDirectory.path);
    try (Administration node = Administration.of(dataDirectory.path)) {
      node.leave(force);
      if (runs) {
        StoppedNode.stop(node, dataDirectory.path);
      }
    }
    spec.commandLine()
        .getOut()
        .println(
            force
                ? "This node has left; tell the leader: zlayer-overlay peer remove"
                : "This node has left.");
    return 0;
  }
}
