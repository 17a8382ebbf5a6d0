package dev.zlayer.overlay.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is shipped beside the metrics goes by metrics that there are. */
class MonitoringTest {
  private static final Path FOLDER = Path.of("../monitoring");
  private static final Pattern OURS = Pattern.compile("\\bzlayer_\\w+");

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yml", "alerts-test.yml", "grafana-dashboard.json"})
  void namesOnlyMetricsThatThereAre(String file) throws IOException {
    Set<String> named = names(Files.readString(FOLDER.resolve(file)));
    assertTrue(named.size() > 5, named::toString);
    named.removeAll(told());
    assertEquals(Set.of(), named);
  }

  @Test
  void theDashboardIsOneForGrafana() throws IOException {
    JsonNode dashboard =
        JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("grafana-dashboard.json")));
    assertEquals("ZLayer Overlay", dashboard.path("title").asString());
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      assertTrue(ids.add(panel.path("id").asInt()), panel::toString);
      boolean isRow = panel.path("type").asString().equals("row");
      assertEquals(isRow, panel.path("targets").isEmpty(), panel::toString);
    }
    assertTrue(ids.size() > 10, ids::toString);
  }

  private static Set<String> told() throws IOException {
    try (InputStream golden = MonitoringTest.class.getResourceAsStream("worker.txt")) {
      return names(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static Set<String> names(String text) {
    return OURS.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
