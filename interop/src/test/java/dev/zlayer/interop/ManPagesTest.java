package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual, as a package gets it. */
class ManPagesTest {
  @TempDir private static Path folder;

  private static List<Path> pages;

  @BeforeAll
  static void write() throws IOException {
    Tools.require("man", "man-db");
    Tools.require("mandoc", "mandoc");
    Command.zlayerOverlay("man", folder.toString())
        .with("SOURCE_DATE_EPOCH", "86400")
        .run()
        .requireSuccess();
    try (Stream<Path> files = Files.list(folder)) {
      pages = files.sorted().toList();
    }
  }

  @Test
  void thereIsOneForEachCommandThatHelpShows() {
    List<String> expected = new ArrayList<>();
    Deque<String> commands = new ArrayDeque<>(List.of(""));
    while (!commands.isEmpty()) {
      String command = commands.remove();
      expected.add(("zlayer-overlay " + command).strip().replace(' ', '-') + ".1");
      String help = Command.zlayerOverlay((command + " --help").strip().split(" ", -1)).output();
      int list = help.indexOf("Commands:\n");
      if (list >= 0) {
        help.substring(list)
            .lines()
            .skip(1)
            .filter(line -> line.matches("  [a-z].*"))
            .map(line -> line.strip().replaceAll(" .*", ""))
            .forEach(word -> commands.add((command + " " + word).strip()));
      }
    }
    Collections.sort(expected);
    assertEquals(expected, pages.stream().map(page -> page.getFileName().toString()).toList());
  }

  @Test
  void everyReaderAcceptsThem() {
    for (Path page : pages) {
      String file = page.toString();
      Execution lint = Command.of("mandoc", "-Tlint", "-Wwarning", file).run();
      assertEquals("", lint.output() + lint.errors());
      Execution man = Command.of("man", "--warnings", "-l", file).run().requireSuccess();
      assertEquals("", man.errors());
    }
  }

  @Test
  void whatisFindsThem() {
    for (Path page : pages) {
      String name = page.getFileName().toString().replaceFirst("[.]1$", "");
      String line = Command.of("lexgrog", page.toString()).output();
      assertTrue(line.startsWith(page + ": \"" + name + " - "), line);
    }
  }

  @Test
  void aPageHasTheOptionsAndTheDateOfItsSources() throws IOException {
    String page = Files.readString(folder.resolve("zlayer-overlay-up.1"));
    assertTrue(page.startsWith(".TH \"ZLAYER\\-OVERLAY\\-UP\" 1 \"1970-01-02\" "), page);
    String text =
        Command.of("man", "-l", folder.resolve("zlayer-overlay-up.1").toString())
            .with("MANWIDTH", "200")
            .output()
            .replaceAll(" +", " ");
    for (String part :
        List.of(
            "zlayer-overlay up [-hV]",
            "--health-interval=SECONDS\n Check the peers this often",
            "--dns-forwarding, --no-dns-forwarding\n",
            "(default: /var/lib/zlayer)",
            "SEE ALSO\n zlayer-overlay(1)\n")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
  }
}
