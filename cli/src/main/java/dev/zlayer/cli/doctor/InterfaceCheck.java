package dev.zlayer.cli.doctor;

import dev.zlayer.device.LocalSocket;
import dev.zlayer.device.UapiSocket;
import dev.zlayer.linux.NativeException;
import dev.zlayer.linux.Netlink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether the interface's name is free, or the node's. */
final class InterfaceCheck {
  private static final String NAME = "interface";

  private InterfaceCheck() {}

  static List<Finding> findings(Patient patient) {
    if (patient.state().isEmpty()) {
      return List.of(Finding.skipped(NAME, "its name isn't known without the state"));
    }
    String name = patient.state().get().config().interfaceName();
    List<Finding> findings = new ArrayList<>(List.of(judge(name, exists(name), patient.runs())));
    Path socket = UapiSocket.DIRECTORY.resolve(name + ".sock");
    if (!patient.runs() && LocalSocket.isServed(socket)) {
      findings.add(
          Finding.warning(
              NAME,
              socket + " is served by another program",
              "end that one, or give this node's interface another name: up --interface NAME"));
    }
    return findings;
  }

  static Finding judge(String name, boolean exists, boolean runs) {
    if (runs) {
      return exists
          ? Finding.ok(NAME, name + " is the node's")
          : Finding.warning(
              NAME,
              name + " is not in this network namespace, although the node runs",
              "ask from the node's own: ip netns exec NAME zlayer-overlay doctor");
    }
    return exists
        ? Finding.problem(
            NAME,
            "the name " + name + " is taken by another interface",
            "ip link delete %s, if nobody needs it; or choose another: up --interface NAME"
                .formatted(name))
        : Finding.ok(NAME, "the name " + name + " is free");
  }

  private static boolean exists(String name) {
    try (Netlink netlink = Netlink.open()) {
      return netlink.findLink(name).isPresent();
    } catch (NativeException e) {
      return false;
    }
  }
}
