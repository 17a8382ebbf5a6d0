package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "down", description = "Stop this node; return when nothing is left of it.")
final class DownCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Override
  public Integer call() throws InterruptedException {
    try (Administration node = Administration.ofRunning(dataDirectory.path)) {
      NodeStatus status = StoppedNode.stop(node, dataDirectory.path);
      spec.commandLine().getOut().println(status.node().interfaceName() + " is down");
    }
    return 0;
  }
}
