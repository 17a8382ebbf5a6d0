package dev.zlayer.cli;

import dev.zlayer.overlay.OverlayBootstrap;
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
    String undone =
        OverlayBootstrap.cleanUp(dataDirectory.path)
            .map("undone: "::concat)
            .orElse("nothing to clean up");
    spec.commandLine().getOut().println(undone);
    return 0;
  }
}
