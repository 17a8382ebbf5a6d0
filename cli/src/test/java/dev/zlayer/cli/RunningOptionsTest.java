package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** That whoever starts a node for another command starts it as that was told to. */
class RunningOptionsTest {
  private static final List<String> ALL =
      List.of(
          "--no-dns",
          "--dns-zone=corp.example",
          "--dns-port=53",
          "--dns-upstream=192.0.2.53",
          "--dns-forwarding",
          "--no-dns-forwarding",
          "--resolver=hosts",
          "--no-resolver",
          "--log-format=json",
          "--log-level=dev.zlayer.overlay=debug",
          "--health-interval=5",
          "--map-ttl=90s",
          "--metrics=overlay:15380",
          "--dashboard=127.0.0.1:15381");

  @Test
  void eachIsPassedOnAsItWasGiven() {
    for (String option : ALL) {
      assertEquals(List.of(option), Starter.given(option).arguments());
    }
    assertEquals(List.of(), Starter.given().arguments());
  }

  @Test
  void everyOptionIsTriedAbove() {
    Set<String> tried =
        ALL.stream().map(option -> option.replaceFirst("=.*", "")).collect(Collectors.toSet());
    Set<String> untried =
        new CommandLine(new Starter())
            .getCommandSpec().options().stream()
                .filter(option -> Stream.of(option.names()).noneMatch(tried::contains))
                .map(CommandLine.Model.OptionSpec::longestName)
                .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), untried);
  }

  /** A command that starts a node. */
  @Command
  private static final class Starter {
    @Mixin RunningOptions running;

    static RunningOptions given(String... words) {
      Starter starter = new Starter();
      Main.withConverters(new CommandLine(starter)).parseArgs(words);
      return starter.running;
    }
  }
}
