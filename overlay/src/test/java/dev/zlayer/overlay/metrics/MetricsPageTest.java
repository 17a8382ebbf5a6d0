package dev.zlayer.overlay.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.http.PageContent;
import dev.zlayer.overlay.http.PageRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final Path DOCS = Path.of("../docs/metrics.md");
  private static final Pattern NAME = Pattern.compile("`((?:jvm|process)_\\w+)`");

  private final MetricsPage page =
      new MetricsPage("1.2.3", () -> SampleStatus.WORKER, () -> Optional.of(SampleStatus.DNS));

  private PageContent show(String accept) throws IOException {
    return page.show(
        new PageRequest(
            "", name -> Optional.of(accept).filter(_ -> name.equalsIgnoreCase("accept"))));
  }

  private static String text(PageContent content) {
    return new String(content.body(), StandardCharsets.UTF_8);
  }

  @Test
  void speaksTheFormatThatIsAskedFor() throws IOException {
    PageContent plain = show("*/*");
    assertEquals("text/plain; version=0.0.4; charset=utf-8", plain.type());
    assertTrue(text(plain).contains("zlayer_peer_up{peer=\"web\"} 0.0\n"), text(plain));
    PageContent open = show("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assertTrue(open.type().startsWith("application/openmetrics-text; version=1.0.0"), open.type());
    assertTrue(text(open).endsWith("# EOF\n"), text(open));
  }

  @Test
  void saysTheSameTwiceOfTheSame() throws IOException {
    assertEquals(ours(text(show(""))), ours(text(show(""))));
  }

  private static List<String> ours(String text) {
    return text.lines().filter(line -> line.startsWith("zlayer_")).toList();
  }

  @Test
  void theDocsHaveEachMetricWithItsTypeLabelsAndHelp() throws IOException {
    try (Stream<String> lines = Files.lines(DOCS)) {
      assertEquals(
          Described.in(text(show(""))).map(Described::row).sorted().toList(),
          lines.filter(line -> line.startsWith("| `zlayer_")).sorted().toList());
    }
  }

  @Test
  void theJvmTellsWhatTheDocsSay() throws IOException {
    List<String> promised =
        NAME.matcher(Files.readString(DOCS)).results().map(match -> match.group(1)).toList();
    assertTrue(promised.size() > 5, promised.toString());
    String text = text(show(""));
    for (String name : promised) {
      assertTrue(text.contains("\n# TYPE " + name + " "), () -> name + " in\n" + text);
    }
  }

  /** A metric of ours as its text describes it. */
  private record Described(String name, String type, List<String> labels, String help) {
    private static final Pattern FAMILY =
        Pattern.compile("(?m)^# HELP (zlayer_\\w+) (.*)\\n# TYPE \\1 (\\w+)\\n((?:[^#].*\\n)*)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    static Stream<Described> in(String text) {
      return FAMILY.matcher(text).results().map(Described::of);
    }

    private static Described of(MatchResult family) {
      List<String> labels =
          LABEL
              .matcher(family.group(4))
              .results()
              .map(match -> match.group(1))
              .filter(label -> !label.equals("le"))
              .distinct()
              .sorted()
              .toList();
      return new Described(family.group(1), family.group(3), labels, family.group(2));
    }

    String row() {
      List<String> code = labels.stream().map(label -> "`" + label + "`").toList();
      return "| `%s` | %s | %s | %s |".formatted(name, type, String.join(", ", code), help);
    }
  }
}
