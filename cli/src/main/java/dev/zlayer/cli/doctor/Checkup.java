package dev.zlayer.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** All checks, in the order in which one would make them: the machine first, then the node. */
public final class Checkup {
  private static final List<Function<Patient, List<Finding>>> CHECKS =
      List.of(
          KernelCheck::findings,
          TunCheck::findings,
          CapabilitiesCheck::findings,
          AppArmorCheck::findings,
          CryptoCheck::findings,
          DataDirectoryCheck::findings,
          StateCheck::findings,
          ClockCheck::findings,
          InterfaceCheck::findings,
          PortCheck::findings,
          Ipv6Check::findings,
          RouteCheck::findings,
          ResolverCheck::findings,
          NodeCheck::findings);

  private Checkup() {}

  /** What all checks say. */
  public static List<Finding> of(Patient patient) {
    List<Finding> findings = new ArrayList<>();
    CHECKS.forEach(check -> findings.addAll(check.apply(patient)));
    return findings;
  }
}
