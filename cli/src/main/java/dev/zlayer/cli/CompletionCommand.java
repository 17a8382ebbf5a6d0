package dev.zlayer.cli;

import dev.zlayer.cli.help.FishCompletion;
import dev.zlayer.cli.help.ZshCompletion;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Print a script that has a shell complete this command.",
      "For this session: in bash 'source <(zlayer-overlay completion bash)', in zsh the same with"
          + " zsh, in fish 'zlayer-overlay completion fish | source'. For good: write it to"
          + " /usr/share/bash-completion/completions/zlayer-overlay, to _zlayer-overlay in a folder"
          + " of zsh's fpath, or to ~/.config/fish/completions/zlayer-overlay.fish."
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = Shells.class,
      description = "bash, zsh or fish.")
  String shell;

  @Override
  public Integer call() {
    CommandLine all = Main.commandLine(List.of(Subcommand.values()));
    String script =
        switch (shell) {
          case "bash" -> AutoComplete.bash(all.getCommandName(), all);
          case "zsh" -> ZshCompletion.script(all);
          case "fish" -> FishCompletion.script(all);
          default ->
              throw new IllegalArgumentException(
                  "'%s' is not a shell that can be completed for: bash, zsh or fish"
                      .formatted(shell));
        };
    spec.commandLine().getOut().print(script);
    spec.commandLine().getOut().flush();
    return 0;
  }

  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh", "fish").iterator();
    }
  }
}
