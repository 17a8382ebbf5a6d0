package dev.zlayer.cli.help;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of one command, section 1, in roff with the macros of man(7). */
public final class ManPage {
  private static final String EVERYWHERE =
      """
      .SH EXIT STATUS
      .TP
      .B 0
      What was asked for is done.
      .TP
      .B 1
      It can't be done; standard error has the reason in one line.
      .TP
      .B 2
      It was asked for wrongly.
      """;

  private static final String OF_THE_PROGRAM =
      """
      .SH ENVIRONMENT
      .TP
      .B ZLAYER_DEBUG
      If set, an error is followed by its stack trace.
      .TP
      .B ZLAYER_CRYPTO
      .B openssl
      or
      .B jca
      forces the system's libcrypto or portable Java.
      .TP
      .B ZLAYER_JAVA_OPTS
      Further options for the JVM.
      .SH FILES
      .TP
      .I /var/lib/zlayer
      State of the node, unless
      .B \\-\\-data\\-dir
      names another folder.
      .TP
      .I /var/run/wireguard
      Sockets for
      .BR wg (8).
      """;

  private final CommandPage page;
  private final LocalDate date;

  /**
   * The page of a command.
   *
   * @param date when it was written
   */
  public ManPage(CommandPage page, LocalDate date) {
    this.page = page;
    this.date = date;
  }

  /** What it is called in a folder {@code man1}. */
  public String fileName() {
    return title(page) + ".1";
  }

  /** The page as roff. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        ".TH \"%s\" 1 \"%s\" \"%s\" \"ZLayer Overlay\"\n"
            .formatted(escaped(title(page)).toUpperCase(Locale.ROOT), date, version()));
    text.append(".SH NAME\n%s \\- %s\n".formatted(escaped(title(page)), escaped(page.summary())));
    text.append(".SH SYNOPSIS\n.B %s\n%s\n".formatted(escaped(page.name()), line(synopsis())));
    text.append(".SH DESCRIPTION\n");
    text.append(
        page.description().stream().map(ManPage::line).collect(Collectors.joining("\n.PP\n")));
    text.append('\n');
    List<String> arguments =
        Stream.concat(
                page.parameters().stream().map(ManPage::of),
                page.options().stream().map(ManPage::of))
            .toList();
    section(text, "OPTIONS", arguments);
    section(text, "COMMANDS", page.subcommands().stream().map(ManPage::of).toList());
    text.append(EVERYWHERE);
    if (page.path().isEmpty()) {
      text.append(OF_THE_PROGRAM);
    }
    return text.append(seeAlso()).toString();
  }

  private static void section(StringBuilder text, String name, List<String> items) {
    if (!items.isEmpty()) {
      text.append(".SH ").append(name).append('\n');
      items.forEach(text::append);
    }
  }

  private static String of(OptionSpec option) {
    String value =
        CommandPage.takesValue(option) ? "=\\fI" + escaped(option.paramLabel()) + "\\fR" : "";
    String names =
        CommandPage.names(option).stream()
            .map(name -> "\\fB" + escaped(name) + "\\fR" + value)
            .collect(Collectors.joining(", "));
    return item(names, CommandPage.description(option));
  }

  private static String of(PositionalParamSpec parameter) {
    return item(
        "\\fI" + escaped(parameter.paramLabel()) + "\\fR", CommandPage.description(parameter));
  }

  private static String of(CommandPage below) {
    return ".TP\n.BR %s (1)\n%s\n".formatted(escaped(title(below)), line(below.summary() + "."));
  }

  private static String item(String head, String description) {
    return ".TP\n%s\n%s\n".formatted(head, line(description));
  }

  private String synopsis() {
    Help help = new Help(page.spec(), Help.defaultColorScheme(Help.Ansi.OFF));
    return help.synopsis(0).replaceAll("\\s+", " ").strip().substring(page.name().length()).strip();
  }

  private String version() {
    return escaped(page.spec().root().version()[0]);
  }

  /** The command that it belongs to; in a small group, those beside it too. */
  private String seeAlso() {
    List<String> pages = new ArrayList<>();
    if (page.spec().parent() == null) {
      pages.addAll(List.of("wg (8)", "ip (8)"));
    } else {
      CommandPage parent = new CommandPage(page.spec().parent());
      pages.add(escaped(title(parent)) + " (1)");
      parent.subcommands().stream()
          .filter(beside -> parent.spec().parent() != null && !beside.equals(page))
          .forEach(beside -> pages.add(escaped(title(beside)) + " (1)"));
    }
    return ".SH SEE ALSO\n"
        + pages.stream().map(other -> ".BR " + other).collect(Collectors.joining(",\n"))
        + "\n";
  }

  /** As a page is called: the words with hyphens between. */
  private static String title(CommandPage page) {
    return page.name().replace(' ', '-');
  }

  /** Text that begins a line, where a dot or an apostrophe would make it a request. */
  private static String line(String text) {
    String escaped = escaped(text);
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  /** A hyphen of an option or a name is to be copied as what it is. */
  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
  }
}
