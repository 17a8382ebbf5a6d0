package dev.zlayer.cli;

import dev.zlayer.overlay.condition.Condition;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What is wrong with a node, for people. */
final class ConditionLines {
  private ConditionLines() {}

  static void print(List<Condition> conditions, Instant now, PrintWriter out) {
    for (Condition condition : conditions) {
      out.println();
      out.printf(
          "%s: %s (%s)%n",
          condition.severity().text(),
          condition.code().text(),
          Amounts.age(Duration.between(condition.since(), now)));
      out.println("  " + condition.text());
      out.println("  remedy: " + condition.remedy());
    }
  }
}
