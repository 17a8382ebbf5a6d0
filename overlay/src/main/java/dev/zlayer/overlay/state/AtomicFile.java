package dev.zlayer.overlay.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Replaces a file's content so that a crash at any instant leaves the old or the new content, and
 * nobody but the owner can ever read it.
 *
 * <p>The content goes to a temporary file beside the target, to the disk, and then takes the
 * target's name. What a crash leaves of the temporary file is removed by the next replacement. One
 * writer at a time: the holder of the data directory's lock.
 */
public final class AtomicFile {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private AtomicFile() {}

  /** Where the content of {@code target} is written before it takes its place. */
  static Path temporary(Path target) {
    return target.resolveSibling(target.getFileName() + ".tmp");
  }

  /** Replaces or creates {@code target}, mode 0600, and returns once it is on the disk. */
  public static void replace(Path target, byte[] content) throws IOException {
    Path temporary = temporary(target);
    Files.deleteIfExists(temporary);
    try {
      write(temporary, content);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    syncDirectory(target.getParent());
  }

  /** Brings a directory's entries, new names above all, to the disk. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, OWNER_ONLY)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }
}
