package dev.zlayer.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that only its subcommands make a command of. */
abstract class CommandGroup implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    List<String> words = new ArrayList<>(spec.subcommands().keySet());
    String last = words.removeLast();
    throw new ParameterException(
        spec.commandLine(),
        "name a subcommand: "
            + (words.isEmpty() ? last : String.join(", ", words) + " or " + last));
  }
}
