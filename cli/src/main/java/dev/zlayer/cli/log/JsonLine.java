package dev.zlayer.cli.log;

import dev.zlayer.overlay.state.JsonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry as a JSON object in one line: {@code time}, {@code level}, {@code logger}, {@code
 * thread}, {@code message}; {@code fields} where a fluent call added some, {@code exception} (its
 * stack trace) where there was one.
 */
final class JsonLine {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonLine() {}

  static String of(LogEntry entry) {
    ObjectNode json = NODES.objectNode();
    json.put("time", LineFormat.time(entry));
    json.put("level", entry.level().name());
    json.put("logger", entry.logger());
    json.put("thread", entry.thread());
    json.put("message", entry.message());
    if (!entry.pairs().isEmpty()) {
      ObjectNode fields = json.putObject("fields");
      entry.pairs().forEach(pair -> fields.set(String.valueOf(pair.key), value(pair.value)));
    }
    entry.trace().ifPresent(trace -> json.put("exception", trace));
    return JsonText.compact(json) + "\n";
  }

  private static JsonNode value(Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case Boolean truth -> NODES.booleanNode(truth);
      case Integer number -> NODES.numberNode(number.longValue());
      case Long number -> NODES.numberNode(number.longValue());
      case BigInteger number -> NODES.numberNode(number);
      case BigDecimal number -> NODES.numberNode(number);
      default -> NODES.stringNode(LogEntry.words(value));
    };
  }
}
