package dev.zlayer.cli;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Keys in files, so that they stand in no process list. */
final class KeyFile {
  private static final int MAX_BYTES = 1024;

  private KeyFile() {}

  /** The preshared key in {@code file}: 44 characters of base64, with white space around them. */
  static PresharedKey presharedKey(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new OverlayException(file + " is too long to be a key file");
      }
      return PresharedKey.parse(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
    } catch (NoSuchFileException e) {
      throw new OverlayException(file + " does not exist", e);
    } catch (IOException e) {
      throw new OverlayException(file + " can't be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Writes a new file of mode 0600. */
  static void write(Path file, String key) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, key + "\n", StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new OverlayException(file + " can't be made: " + e, e);
    }
  }
}
