package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The examples in README, as they stand there. */
final class Readme {
  /** The project's folder. */
  static final Path ROOT = Path.of(System.getProperty("zlayer.root")).toAbsolutePath().normalize();

  private Readme() {}

  /** The two blocks of a language, such as {@code bash}, below a heading. */
  static List<String> twoBlocks(String heading, String language) throws IOException {
    String section =
        Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## )")
            .matcher(Files.readString(ROOT.resolve("README.md")))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow(() -> new AssertionError("README has no section '" + heading + "'"));
    List<String> blocks =
        Pattern.compile("(?ms)^```" + language + "$\\R(.*?)^```$")
            .matcher(section)
            .results()
            .map(block -> block.group(1))
            .toList();
    assertEquals(2, blocks.size(), language + " blocks in README's '" + heading + "'");
    return blocks;
  }
}
