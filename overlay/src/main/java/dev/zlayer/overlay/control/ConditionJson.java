package dev.zlayer.overlay.control;

import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionCode;
import dev.zlayer.overlay.state.JsonFields;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Conditions as JSON. */
public final class ConditionJson {
  private ConditionJson() {}

  public static ObjectNode of(Condition condition) {
    ObjectNode json = NodeJson.object();
    json.put("code", condition.code().text());
    json.put("severity", condition.severity().text());
    json.put("text", condition.text());
    json.put("remedy", condition.remedy());
    json.put("since", condition.since().toString());
    return json;
  }

  /** Empty for a condition that only another version knows. */
  static Optional<Condition> read(JsonFields fields) {
    return ConditionCode.of(fields.value("code", Function.identity()))
        .map(code ->
            new Condition(
                code,
                fields.value("text", Function.identity()),
                fields.value("remedy", Function.identity()),
                fields.value("since", NodeJson::instant)));
  }
}
