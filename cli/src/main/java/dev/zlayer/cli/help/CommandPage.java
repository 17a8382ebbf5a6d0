package dev.zlayer.cli.help;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** One command, as a reader sees it: what is hidden is left out. */
public record CommandPage(CommandSpec spec) {
  private static final String BETWEEN_WORDS = " ";

  /** {@code root} and all that is below it, each after the one that it belongs to. */
  public static List<CommandPage> all(CommandLine root) {
    List<CommandPage> pages = new ArrayList<>();
    CommandPage page = new CommandPage(root.getCommandSpec());
    pages.add(page);
    page.subcommands().forEach(below -> pages.addAll(all(below.spec.commandLine())));
    return pages;
  }

  /** What is typed, as {@code zlayer-overlay peer add}. */
  public String name() {
    return spec.qualifiedName(BETWEEN_WORDS);
  }

  /** Its last word. */
  String word() {
    return spec.name();
  }

  /** The words after the program's, as {@code peer add}. */
  String path() {
    String root = spec.root().name();
    return name().substring(root.length()).strip();
  }

  List<CommandPage> subcommands() {
    return spec.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(below -> !below.usageMessage().hidden())
        .map(CommandPage::new)
        .toList();
  }

  List<OptionSpec> options() {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  List<PositionalParamSpec> parameters() {
    return spec.positionalParameters().stream().filter(parameter -> !parameter.hidden()).toList();
  }

  /** The paragraphs that describe it. */
  List<String> description() {
    return List.of(spec.usageMessage().description());
  }

  /** The first sentence of its description, without the full stop. */
  String summary() {
    return firstSentence(description().getFirst());
  }

  /** An option's or parameter's description in one line. */
  static String description(ArgSpec argument) {
    return Arrays.stream(argument.description())
        .collect(Collectors.joining(BETWEEN_WORDS))
        .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
  }

  /** The first sentence of such a description. */
  static String summary(ArgSpec argument) {
    return firstSentence(description(argument));
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("[.]$", "");
  }

  /** All names of {@code option}, those of its negation too. */
  static List<String> names(OptionSpec option) {
    List<String> names = new ArrayList<>(List.of(option.names()));
    if (option.negatable()) {
      for (String name : option.names()) {
        names.add(name.replaceFirst("^--", "--no-"));
      }
    }
    return names;
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** The words that it can be; empty where it can be anything. */
  static List<String> candidates(ArgSpec argument) {
    List<String> candidates = new ArrayList<>();
    if (argument.completionCandidates() != null) {
      argument.completionCandidates().forEach(candidates::add);
    }
    return candidates;
  }

  /** Whether its value names a file or folder. */
  static boolean isPath(ArgSpec argument) {
    return argument.type().equals(Path.class)
        || Arrays.asList(argument.auxiliaryTypes()).contains(Path.class);
  }

  /** Whether its value names a folder. */
  static boolean isFolder(ArgSpec argument) {
    return isPath(argument) && argument.paramLabel().equals("DIR");
  }
}
