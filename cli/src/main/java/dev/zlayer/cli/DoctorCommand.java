package dev.zlayer.cli;

import dev.zlayer.cli.doctor.Checkup;
import dev.zlayer.cli.doctor.Finding;
import dev.zlayer.cli.doctor.FindingsJson;
import dev.zlayer.cli.doctor.Patient;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.state.DataDirectory;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "doctor",
    description = {
      "Look for what keeps this node from its work, and say what to do about it.",
      "The exit code is 1 where there is a problem."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String LINE = "%-8s  %-14s  %s%n";

  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin JsonOption json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = Checkup.of(Patient.of(new DataDirectory(dataDirectory.path)));
    if (json.isSet) {
      out.println(NodeJson.text(FindingsJson.of(findings)));
    } else {
      print(findings, out);
    }
    return count(findings, Finding.Level.PROBLEM) > 0 ? 1 : 0;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    for (Finding finding : findings) {
      String level = finding.level() == Finding.Level.SKIPPED ? "-" : finding.level().text();
      out.printf(LINE, level, finding.check(), finding.text());
      finding.remedy().ifPresent(remedy -> out.printf(LINE, "", "", "remedy: " + remedy));
    }
    out.printf(
        "%nproblems: %d, warnings: %d%n",
        count(findings, Finding.Level.PROBLEM), count(findings, Finding.Level.WARNING));
  }

  private static long count(List<Finding> findings, Finding.Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }
}
