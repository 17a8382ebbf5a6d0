package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/api.md names types, members and tests that exist. */
class ApiPageTest {
  private static final Path PAGE = Readme.ROOT.resolve("docs/api.md");
  private static final List<String> PACKAGES =
      List.of("", ".dns", ".health", ".ipam").stream().map("dev.zlayer.overlay"::concat).toList();
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| [^|]+ \\| ([^|]+) \\| [^|]*\\| \\[(\\w+)]\\(([^)]+)\\) \\|$");
  private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

  @Test
  void everyNameAndEveryTestExists() throws IOException {
    List<String> wrong = new ArrayList<>();
    String page = Files.readString(PAGE);
    List<MatchResult> rows = ROW.matcher(page).results().toList();
    assertTrue(rows.size() > 80, () -> "rows: " + rows.size());
    long lines = page.lines().filter(line -> line.startsWith("| ")).count();
    assertEquals(
        lines - page.lines().filter(line -> line.startsWith("| original")).count(), rows.size());
    for (MatchResult row : rows) {
      Matcher names = NAME.matcher(row.group(1));
      while (names.find()) {
        if (!exists(names.group(1), Optional.ofNullable(names.group(2)))) {
          wrong.add(names.group());
        }
      }
      Path test = PAGE.resolveSibling(row.group(3)).normalize();
      if (!Files.exists(test) || !Files.readString(test).contains("void " + row.group(2) + "(")) {
        wrong.add(test + " " + row.group(2));
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static boolean exists(String type, Optional<String> member) {
    return PACKAGES.stream()
        .flatMap(name -> load(name + "." + type).stream())
        .anyMatch(found -> member.isEmpty() || hasMember(found, member.get()));
  }

  private static boolean hasMember(Class<?> type, String name) {
    return Stream.concat(Arrays.stream(type.getMethods()), Arrays.stream(type.getFields()))
        .anyMatch(member -> member.getName().equals(name));
  }

  private static Optional<Class<?>> load(String name) {
    try {
      return Optional.of(Class.forName(name));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
