package dev.zlayer.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that nobody but their owner may ever read. */
final class OwnerOnlyFile {
  private OwnerOnlyFile() {}

  /**
   * Makes an empty file of mode 0600.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  static void create(Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
