package dev.zlayer.cli.help;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A script that has zsh complete the command: a function for each command, by {@code _arguments}.
 */
public final class ZshCompletion {
  private final StringBuilder script = new StringBuilder();

  private ZshCompletion() {}

  /**
   * The script for {@code root} and all that is below it: for a folder of {@code fpath}, or to be
   * sourced.
   */
  public static String script(CommandLine root) {
    ZshCompletion completion = new ZshCompletion();
    List<CommandPage> pages = CommandPage.all(root);
    String program = root.getCommandName();
    completion.script.append("#compdef ").append(program).append("\n\n");
    pages.forEach(completion::write);
    // As a file of fpath it is the function's body; sourced, it tells zsh of the function.
    completion.script.append(
        "if [[ $funcstack[1] == %1$s ]]; then\n  %1$s \"$@\"\nelse\n  compdef %1$s %2$s\nfi\n"
            .formatted(function(pages.getFirst()), program));
    return completion.script.toString();
  }

  private void write(CommandPage page) {
    script.append(function(page)).append("() {\n");
    List<CommandPage> subcommands = page.subcommands();
    if (!subcommands.isEmpty()) {
      script.append("  local curcontext=$curcontext state line\n  local -a commands=(\n");
      for (CommandPage below : subcommands) {
        String entry = below.word() + ":" + below.summary().replace(":", "\\:");
        script.append("    ").append(quoted(entry)).append('\n');
      }
      script.append("  )\n");
    }
    script.append("  _arguments -s -S").append(subcommands.isEmpty() ? "" : " -C");
    page.options().forEach(this::option);
    page.parameters().forEach(this::parameter);
    if (subcommands.isEmpty()) {
      script.append("\n}\n\n");
      return;
    }
    script.append(" \\\n    '1:command:->command' '*::argument:->argument'\n");
    script.append("  case $state in\n");
    script.append("    command) _describe command commands ;;\n");
    script.append("    argument)\n      case $line[1] in\n");
    for (CommandPage below : subcommands) {
      script.append("        %s) %s ;;\n".formatted(below.word(), function(below)));
    }
    script.append("      esac ;;\n  esac\n}\n\n");
  }

  private void option(OptionSpec option) {
    for (String name : CommandPage.names(option)) {
      boolean value = CommandPage.takesValue(option);
      String form =
          (option.isMultiValue() ? "*" : "")
              + name
              + (value && name.startsWith("--") ? "=" : "")
              + "["
              + bracketed(CommandPage.summary(option))
              + "]"
              + (value ? ":" + label(option) + ":" + action(option) : "");
      script.append(" \\\n    ").append(quoted(form));
    }
  }

  /**
   * Where nothing can be offered that is said: a message would keep options from being completed.
   */
  private void parameter(PositionalParamSpec parameter) {
    String place = parameter.arity().max() > 1 ? "*" : "";
    String action = action(parameter).isEmpty() ? "()" : action(parameter);
    script.append(" \\\n    ").append(quoted(place + ":" + label(parameter) + ":" + action));
  }

  private static String action(ArgSpec argument) {
    List<String> candidates = CommandPage.candidates(argument);
    if (!candidates.isEmpty()) {
      return "(" + String.join(" ", candidates) + ")";
    }
    if (CommandPage.isFolder(argument)) {
      return "_files -/";
    }
    return CommandPage.isPath(argument) ? "_files" : "";
  }

  /** What is asked for, where a colon would end it. */
  private static String label(ArgSpec argument) {
    return argument.paramLabel().replace(":", "\\:");
  }

  private static String bracketed(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
  }

  private static String function(CommandPage page) {
    return "_" + page.name().replace(' ', '_');
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
