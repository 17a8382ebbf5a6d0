package dev.zlayer.overlay.control;

import dev.zlayer.overlay.state.JsonFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The levels of loggers as JSON, as {@link NodeJson} has the rest: an object of names and words.
 */
public final class LogLevelsJson {
  private LogLevelsJson() {}

  public static ObjectNode of(Map<String, String> levels) {
    ObjectNode json = NodeJson.object();
    levels.forEach(json::put);
    return json;
  }

  static Map<String, String> levels(JsonNode json) {
    JsonFields fields = JsonFields.of("levels", json);
    Map<String, String> levels = new LinkedHashMap<>();
    for (String logger : fields.node().propertyNames()) {
      levels.put(logger, fields.value(logger, Function.identity()));
    }
    return levels;
  }
}
