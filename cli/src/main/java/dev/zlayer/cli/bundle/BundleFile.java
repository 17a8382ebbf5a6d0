package dev.zlayer.cli.bundle;

import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.state.IoReason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A bundle as a ZIP file that only its owner can read. */
public final class BundleFile {
  private BundleFile() {}

  /**
   * Writes a new file, mode 0600.
   *
   * @throws OverlayException if there is one of that name, or it can't be written
   */
  public static void write(Bundle bundle, Path file) {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (OutputStream out =
            Channels.newOutputStream(
                Files.newByteChannel(
                    file,
                    options,
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> text : bundle.texts().entrySet()) {
        zip.putNextEntry(new ZipEntry(text.getKey()));
        zip.write(text.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new OverlayException(
          "bundle '%s' can't be written: %s: name another file (-o)"
              .formatted(file, IoReason.of(e)),
          e);
    }
  }
}
