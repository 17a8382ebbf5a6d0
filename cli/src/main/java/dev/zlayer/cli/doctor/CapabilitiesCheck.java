package dev.zlayer.cli.doctor;

import java.util.List;

/** Whether the node's process, or this one where no node runs, may do what a node does. */
final class CapabilitiesCheck {
  private static final String NAME = "capabilities";
  private static final String FIELD = "CapEff:";
  private static final int NET_ADMIN = 12;
  private static final int NET_RAW = 13;

  private CapabilitiesCheck() {}

  static List<Finding> findings(Patient patient) {
    return KernelFile.lines("/proc/" + patient.process() + "/status").stream()
        .filter(line -> line.startsWith(FIELD))
        .map(line -> Long.parseUnsignedLong(line.substring(FIELD.length()).strip(), 16))
        .map(mask -> judge(mask, patient.runs()))
        .toList();
  }

  /**
   * @param mask the effective capabilities
   * @param runs whether they are a node's
   */
  static Finding judge(long mask, boolean runs) {
    String who = runs ? "the node" : "this user";
    if (!has(mask, NET_ADMIN)) {
      return Finding.problem(
          NAME,
          who + " has no CAP_NET_ADMIN, without which no interface can be made",
          "run it as root, or as a service with AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW");
    }
    if (!has(mask, NET_RAW)) {
      return Finding.warning(
          NAME,
          who + " has no CAP_NET_RAW, without which peers can't be pinged",
          "run it as root, or as a service with AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW");
    }
    return Finding.ok(NAME, who + " has CAP_NET_ADMIN and CAP_NET_RAW");
  }

  private static boolean has(long mask, int capability) {
    return (mask >> capability & 1) == 1;
  }
}
