package dev.zlayer.cli.doctor;

import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Whether the data directory is there, and whose it is. */
final class DataDirectoryCheck {
  private static final String NAME = "data-directory";

  private DataDirectoryCheck() {}

  static List<Finding> findings(Patient patient) {
    Path directory = patient.directory().path();
    if (!Files.exists(directory)) {
      return List.of(
          Finding.problem(
              NAME,
              directory + " does not exist",
              "set this node up first (init or join), or name its directory (--data-dir)"));
    }
    if (!Files.isDirectory(directory)) {
      return List.of(
          Finding.problem(
              NAME, directory + " is not a directory", "name another one (--data-dir)"));
    }
    try {
      String owner = Files.getOwner(directory).getName();
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
      return List.of(judge(directory, owner, mode, Files.isWritable(directory)));
    } catch (IOException e) {
      return List.of(
          Finding.problem(
              NAME, directory + " can't be looked at: " + IoReason.of(e), "run this as root"));
    }
  }

  private static Finding judge(
      Path directory, String owner, Set<PosixFilePermission> mode, boolean writable) {
    String text = "%s of %s, %s".formatted(directory, owner, PosixFilePermissions.toString(mode));
    if (mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      return Finding.problem(
          NAME, text + ": everybody can replace what is in it", "chmod 700 " + directory);
    }
    if (!writable) {
      return Finding.problem(
          NAME,
          text + ": " + System.getProperty("user.name") + " can't write there",
          "run this, and the node, as %s; or see whether it is read-only (mount, lsattr -d)"
              .formatted(owner));
    }
    return Finding.ok(NAME, text);
  }
}
