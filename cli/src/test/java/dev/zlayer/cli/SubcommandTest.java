package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Command;

/** That a command can be made alone and is the same as among all others. */
class SubcommandTest {
  @ParameterizedTest
  @EnumSource
  void isCalledAsItsCommandIs(Subcommand subcommand) {
    assertEquals(subcommand.command().getAnnotation(Command.class).name(), subcommand.word());
  }

  @ParameterizedTest
  @EnumSource
  void isTheOnlyOneToBeMadeWhereItIsNamed(Subcommand subcommand) {
    assertEquals(List.of(subcommand), Subcommand.candidates(subcommand.word(), "down"));
  }

  @Test
  void anyCanBeMeantWhereNoneIsNamedFirst() {
    List<Subcommand> all = List.of(Subcommand.values());
    assertEquals(all, Subcommand.candidates());
    assertEquals(all, Subcommand.candidates("--help"));
    assertEquals(all, Subcommand.candidates("stat"));
    assertEquals(all, Subcommand.candidates("--bogus", "status"));
  }

  @Test
  void helpShowsAllThatAreNotHidden() {
    String help = Cli.run("--help").done().out();
    for (Subcommand subcommand : Subcommand.values()) {
      boolean hidden = subcommand.command().getAnnotation(Command.class).hidden();
      assertEquals(
          !hidden,
          help.lines().anyMatch(l -> l.startsWith("  " + subcommand.word() + " ")),
          subcommand + " in " + help);
    }
  }

  @Test
  void versionIsAWordToo() {
    assertEquals(Cli.run("--version").done().out(), Cli.run("version").done().out());
  }
}
