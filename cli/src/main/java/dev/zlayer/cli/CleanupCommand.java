package dev.zlayer.cli;

import dev.zlayer.overlay.OverlayBootstrap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "cleanup",
    description = "Undo what a node that was killed has left on this machine; 'up' does so too.")
final class CleanupCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Override
  public Integer call() {
    List<String> done = new ArrayList<>();
    OverlayBootstrap.cleanUp(dataDirectory.path).map("undone: "::concat).ifPresent(done::add);
    try (OverlayBootstrap node = OverlayBootstrap.load(dataDirectory.path)) {
      node.removeLeftovers().forEach(path -> done.add("removed " + path));
    }
    spec.commandLine()
        .getOut()
        .println(done.isEmpty() ? "nothing to clean up" : String.join("\n", done));
    return 0;
  }
}
