package dev.zlayer.cli;

import dev.zlayer.overlay.Administration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "key", description = "Print this node's public key.")
final class KeyCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;

  @Override
  public Integer call() {
    try (Administration node = Administration.of(dataDirectory.path)) {
      spec.commandLine().getOut().println(node.node().publicKey());
    }
    return 0;
  }
}
