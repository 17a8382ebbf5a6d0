package dev.zlayer.cli.doctor;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Findings for programs. */
public final class FindingsJson {
  private FindingsJson() {}

  public static ArrayNode of(List<Finding> findings) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (Finding finding : findings) {
      ObjectNode one = json.addObject();
      one.put("check", finding.check());
      one.put("level", finding.level().text());
      one.put("text", finding.text());
      finding
          .remedy()
          .ifPresentOrElse(remedy -> one.put("remedy", remedy), () -> one.putNull("remedy"));
    }
    return json;
  }
}
