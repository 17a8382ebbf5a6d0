package dev.zlayer.cli.doctor;

import dev.zlayer.wireguard.Cidr;
import java.util.List;

/** Whether an overlay that has IPv6 meets a machine without. */
final class Ipv6Check {
  private static final String NAME = "ipv6";
  private static final String SWITCH = "net.ipv6.conf.all.disable_ipv6";

  private Ipv6Check() {}

  static List<Finding> findings(Patient patient) {
    String disabled = KernelFile.line("/proc/sys/" + SWITCH.replace('.', '/'));
    boolean needed =
        patient.state().stream()
            .flatMap(state -> state.mesh().node().networks().stream())
            .map(Cidr::network)
            .anyMatch(network -> network.getAddress().length > Integer.BYTES);
    return List.of(judge(disabled.equals("0"), needed));
  }

  static Finding judge(boolean enabled, boolean needed) {
    if (enabled) {
      return Finding.ok(NAME, "the machine has it");
    }
    return needed
        ? Finding.problem(
            NAME, "the overlay has IPv6 addresses, and the machine none", "sysctl " + SWITCH + "=0")
        : Finding.ok(NAME, "the machine has none, and the overlay needs none");
  }
}
