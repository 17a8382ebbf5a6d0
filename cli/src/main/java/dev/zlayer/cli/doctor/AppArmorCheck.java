package dev.zlayer.cli.doctor;

import java.util.List;

/** Whether a profile of AppArmor confines the node. */
final class AppArmorCheck {
  private static final String NAME = "apparmor";
  private static final String ENFORCED = " (enforce)";

  private AppArmorCheck() {}

  static List<Finding> findings(Patient patient) {
    return List.of(judge(KernelFile.line("/proc/" + patient.process() + "/attr/current")));
  }

  /**
   * @param profile as the kernel tells it of a process; empty without AppArmor
   */
  static Finding judge(String profile) {
    return profile.endsWith(ENFORCED)
        ? Finding.warning(
            NAME,
            "the profile " + profile.replace(ENFORCED, "") + " confines the node",
            "see that it allows capability net_admin, net_raw and /dev/net/tun (journalctl -k shows"
                + " what it denies)")
        : Finding.ok(NAME, "no profile confines the node");
  }
}
