package dev.zlayer.cli.doctor;

import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Whether the state can be read, and by nobody else. */
final class StateCheck {
  private static final String NAME = "state";

  private StateCheck() {}

  static List<Finding> findings(Patient patient) {
    Path file = patient.directory().stateFile();
    if (!Files.isDirectory(patient.directory().path())) {
      return List.of(Finding.skipped(NAME, "there is no data directory"));
    }
    if (patient.stateFault().isPresent()) {
      return List.of(
          Finding.problem(
              NAME,
              "state file '" + file + "' " + patient.stateFault().get().problem(),
              patient.stateFault().get().remedy()));
    }
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      return List.of(judge(file, mode, patient.state().orElseThrow().mesh().peers().size()));
    } catch (IOException e) {
      return List.of(
          Finding.problem(
              NAME, file + " can't be looked at: " + IoReason.of(e), "run this as root"));
    }
  }

  private static Finding judge(Path file, Set<PosixFilePermission> mode, int peers) {
    Set<PosixFilePermission> owners =
        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    return owners.containsAll(mode)
        ? Finding.ok(NAME, "%s can be read, peers: %d".formatted(file, peers))
        : Finding.problem(
            NAME,
            "%s holds the private key and is open to others: %s"
                .formatted(file, PosixFilePermissions.toString(mode)),
            "chmod 600 " + file);
  }
}
