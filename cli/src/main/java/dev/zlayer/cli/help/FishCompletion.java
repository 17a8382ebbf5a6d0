package dev.zlayer.cli.help;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A script that has fish complete the command. */
public final class FishCompletion {
  private final String program;
  private final String name;
  private final StringBuilder script = new StringBuilder();

  private FishCompletion(String program) {
    this.program = program;
    this.name = program.replace('-', '_');
  }

  /** The script for {@code root} and all that is below it. */
  public static String script(CommandLine root) {
    FishCompletion completion = new FishCompletion(root.getCommandName());
    completion.write(CommandPage.all(root));
    return completion.script.toString();
  }

  private void write(List<CommandPage> pages) {
    script.append("# Completion of ").append(program).append(" for fish(1)\n\n");
    String paths =
        pages.stream().skip(1).map(page -> quoted(page.path())).collect(Collectors.joining(" "));
    script.append("set -g __").append(name).append("_commands ").append(paths).append("\n\n");
    // Where the command line stands: the leading words that name a command.
    script.append(
        """
        function __%1$s_at
            set -l words (commandline -opc)
            set -e words[1]
            set -l path
            for word in $words
                contains -- (string join -- ' ' $path $word) $__%1$s_commands; or break
                set -a path $word
            end
            test "$path" = "$argv"
        end

        """
            .formatted(name));
    script.append("complete -c ").append(program).append(" -f\n");
    pages.forEach(this::write);
  }

  private void write(CommandPage page) {
    for (CommandPage below : page.subcommands()) {
      line(page, " -a " + below.word(), below.summary());
    }
    for (OptionSpec option : page.options()) {
      line(page, names(option) + value(option), CommandPage.summary(option));
    }
    for (ArgSpec parameter : page.parameters()) {
      List<String> candidates = CommandPage.candidates(parameter);
      if (!candidates.isEmpty()) {
        line(page, words(candidates), CommandPage.summary(parameter));
      } else if (CommandPage.isPath(parameter)) {
        line(page, " -F", CommandPage.summary(parameter));
      }
    }
  }

  private void line(CommandPage page, String what, String description) {
    script
        .append("complete -c ")
        .append(program)
        .append(" -n ")
        .append(quoted(("__" + name + "_at " + page.path()).strip()))
        .append(what)
        .append(" -d ")
        .append(quoted(description))
        .append('\n');
  }

  private static String names(OptionSpec option) {
    return CommandPage.names(option).stream()
        .map(n -> n.startsWith("--") ? " -l " + n.substring(2) : " -s " + n.substring(1))
        .collect(Collectors.joining());
  }

  private static String value(OptionSpec option) {
    if (!CommandPage.takesValue(option)) {
      return "";
    }
    List<String> candidates = CommandPage.candidates(option);
    if (!candidates.isEmpty()) {
      return " -x" + words(candidates);
    }
    if (CommandPage.isFolder(option)) {
      return " -x -a '(__fish_complete_directories)'";
    }
    return CommandPage.isPath(option) ? " -r -F" : " -x";
  }

  private static String words(List<String> candidates) {
    return " -a " + quoted(String.join(" ", candidates));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
