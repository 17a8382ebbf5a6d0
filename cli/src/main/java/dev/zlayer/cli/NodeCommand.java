package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks a node, whether it runs or not, and tells the answer to people or to programs. */
abstract class NodeCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin JsonOption json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (Administration node = Administration.of(dataDirectory.path)) {
      ask(node, out);
    }
    return 0;
  }

  abstract void ask(Administration node, PrintWriter out);
}
