package dev.zlayer.overlay.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/conditions.md has every condition, as it is declared, with a meaning and a remedy. */
class ConditionsPageTest {
  private static final Path PAGE = Path.of("../docs/conditions.md");
  private static final Pattern SECTION =
      Pattern.compile(
          "^## `([a-z-]+)` \\(([a-z]+)\\)\\n\\n\\S[^#]+\\n\\n\\*\\*Remedy\\*\\*: \\S",
          Pattern.MULTILINE);

  @Test
  void everyConditionIsDescribed() throws IOException {
    List<String> described =
        SECTION
            .matcher(Files.readString(PAGE))
            .results()
            .map(section -> section.group(1) + " " + section.group(2))
            .toList();
    assertEquals(
        Arrays.stream(ConditionCode.values())
            .map(code -> code.text() + " " + code.severity().text())
            .toList(),
        described);
  }
}
