package dev.zlayer.cli;

import dev.zlayer.cli.demo.Demo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description =
        "Watch a leader and two workers form an encrypted mesh on this machine, in network"
            + " namespaces that are removed afterwards. Needs root.")
final class DemoCommand implements Callable<Integer> {
  /** What the shell shows for a command that Ctrl-C has ended. */
  private static final int INTERRUPTED = 130;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    try {
      return Demo.run(spec.commandLine().getOut()) ? 0 : 1;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }
}
