package dev.zlayer.overlay.condition;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that is wrong with a node.
 *
 * @param text what it is, about this very node
 * @param remedy what to do about it
 * @param since when it was seen first
 */
public record Condition(ConditionCode code, String text, String remedy, Instant since) {
  public Condition {
    Objects.requireNonNull(code);
    Objects.requireNonNull(text);
    Objects.requireNonNull(remedy);
    Objects.requireNonNull(since);
  }

  public Severity severity() {
    return code.severity();
  }
}
