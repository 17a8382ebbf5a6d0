package dev.zlayer.cli.doctor;

import java.util.List;

/**
 * Whether this machine can resolve names, which endpoints may be and the overlay's zone passes on.
 */
final class ResolverCheck {
  private static final String NAME = "resolver";
  private static final String FILE = "/etc/resolv.conf";

  private ResolverCheck() {}

  static List<Finding> findings(Patient patient) {
    return List.of(judge(KernelFile.lines(FILE)));
  }

  static Finding judge(List<String> resolvConf) {
    List<String> servers =
        resolvConf.stream()
            .map(line -> line.strip().split("\\s+", -1))
            .filter(words -> words.length > 1 && words[0].equals("nameserver"))
            .map(words -> words[1])
            .toList();
    return servers.isEmpty()
        ? Finding.warning(
            NAME,
            FILE + " names no server: names of hosts can't be resolved",
            "add 'nameserver ADDRESS' there, or mend what writes it")
        : Finding.ok(NAME, FILE + " names " + String.join(", ", servers));
  }
}
