package dev.zlayer.overlay.condition;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions of one node over time: a fault counts once it was there for its code's patience,
 * and no more once it wasn't seen for {@link #CALM}, so that what comes and goes is one condition.
 * Decides from what it is told. Not thread safe.
 */
public final class ConditionWatch {
  static final Duration CALM = Duration.ofSeconds(8);

  /** In the order of the codes. */
  private final Map<ConditionCode, Seen> seen = new EnumMap<>(ConditionCode.class);

  /** A fault, when it was seen first and last, and whether it has begun to count. */
  private record Seen(Finding finding, Instant first, Instant last, boolean counts) {
    boolean isOver(Instant time) {
      return counts ? !time.isBefore(last.plus(CALM)) : last.isBefore(time);
    }

    Condition condition() {
      return new Condition(finding.code(), finding.text(), finding.remedy(), first);
    }
  }

  /** What has begun and ended with a look, and what there is now, in the order of the codes. */
  public record Change(List<Condition> begun, List<Condition> ended, List<Condition> now) {}

  /** A watch that has seen nothing yet. */
  public ConditionWatch() {}

  /** Takes in how the node is at {@code time}. */
  public Change look(NodeFacts node, Instant time) {
    List<Condition> begun = new ArrayList<>();
    for (Finding finding : Diagnosis.of(node, time)) {
      Seen before = seen.get(finding.code());
      Instant first = before == null ? time : before.first();
      boolean counts = !time.isBefore(first.plus(finding.code().patience()));
      Seen now = new Seen(finding, first, time, counts || (before != null && before.counts()));
      seen.put(finding.code(), now);
      if (now.counts() && (before == null || !before.counts())) {
        begun.add(now.condition());
      }
    }
    List<Seen> over = seen.values().stream().filter(fault -> fault.isOver(time)).toList();
    over.forEach(fault -> seen.remove(fault.finding().code()));
    List<Condition> ended = over.stream().filter(Seen::counts).map(Seen::condition).toList();
    List<Condition> now = seen.values().stream().filter(Seen::counts).map(Seen::condition).toList();
    return new Change(begun, ended, now);
  }
}
