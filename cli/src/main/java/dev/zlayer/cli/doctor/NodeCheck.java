package dev.zlayer.cli.doctor;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.Severity;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What a running node itself finds wrong: its conditions. */
final class NodeCheck {
  private static final String NAME = "node";

  private NodeCheck() {}

  static List<Finding> findings(Patient patient) {
    return patient
        .status()
        .map(NodeCheck::judge)
        .orElseGet(() ->
            List.of(
                Finding.skipped(
                    NAME,
                    "it doesn't run, or can't be asked: leader and traffic weren't looked at")));
  }

  static List<Finding> judge(NodeStatus status) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            NAME,
            "runs since %s, pid %d"
                .formatted(status.startedAt().truncatedTo(ChronoUnit.SECONDS), status.pid())));
    status
        .map()
        .flatMap(map -> map.confirmedAt())
        .ifPresent(time ->
            findings.add(
                Finding.ok(
                    "leader", "confirmed the map at " + time.truncatedTo(ChronoUnit.SECONDS))));
    status.conditions().forEach(condition -> findings.add(of(condition)));
    return findings;
  }

  private static Finding of(Condition condition) {
    String code = condition.code().text();
    return condition.severity() == Severity.ERROR
        ? Finding.problem(code, condition.text(), condition.remedy())
        : Finding.warning(code, condition.text(), condition.remedy());
  }
}
