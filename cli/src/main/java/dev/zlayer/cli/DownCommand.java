package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import java.util.Optional;
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
    if (!Administration.isRunning(dataDirectory.path)) {
      Optional<String> undone = OverlayBootstrap.cleanUp(dataDirectory.path);
      if (undone.isPresent()) {
        spec.commandLine().getOut().println("no node ran; undone: " + undone.get());
        return 0;
      }
    }
    try (Administration node = Administration.ofRunning(dataDirectory.path)) {
      NodeStatus status = StoppedNode.stop(node, dataDirectory.path);
      spec.commandLine().getOut().println(status.node().interfaceName() + " is down");
    }
    return 0;
  }
}
