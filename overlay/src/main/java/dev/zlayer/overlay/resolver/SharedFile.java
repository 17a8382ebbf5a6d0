package dev.zlayer.overlay.resolver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.function.UnaryOperator;

/**
 * A file of the system's that others edit too.
 *
 * <p>It is replaced in one step, by a copy that has its owner, mode and extended attributes. Where
 * it can't be replaced, as in a container that has it mounted alone, it is written in place.
 *
 * @param path no symbolic link
 * @param lock keeps other nodes of the machine from editing meanwhile
 */
record SharedFile(Path path, EditLock lock) {
  private static final int ATTEMPTS = 5;

  SharedFile(Path path) {
    this(path, EditLock.SYSTEM);
  }

  /** Each byte is a character, so that what we don't understand stays as it is. */
  static String read(Path path) throws IOException {
    return Files.readString(path, StandardCharsets.ISO_8859_1);
  }

  /**
   * Makes its content what {@code change} makes of it; nothing is written where that is the same.
   * Begins again if others have written meanwhile; another node waits for its turn.
   */
  void edit(UnaryOperator<String> change) throws IOException {
    lock.whileHeld(() -> editAlone(change));
  }

  private void editAlone(UnaryOperator<String> change) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      FileTime before = Files.getLastModifiedTime(path);
      String text = read(path);
      String changed = change.apply(text);
      if (changed.equals(text) || replaced(changed, before)) {
        return;
      }
    }
    throw new IOException("another program writes it all the time");
  }

  /** False if the file isn't that of {@code before} any more, which is left alone then. */
  private boolean replaced(String text, FileTime before) throws IOException {
    Path copy = path.resolveSibling("." + path.getFileName() + ".zlayer");
    try {
      if (!copied(copy)) {
        write(path, text);
        return true;
      }
      write(copy, text);
      if (!Files.getLastModifiedTime(path).equals(before)) {
        return false;
      }
      move(copy, text);
      return true;
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /** False if the folder isn't ours to write to, though the file may be. */
  private boolean copied(Path copy) throws IOException {
    try {
      Files.copy(
          path, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (FileSystemException e) {
      if (Files.isWritable(path.getParent())) {
        throw e;
      }
      return false;
    }
  }

  private void move(Path copy, String text) throws IOException {
    try {
      Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException mountedAlone) {
      write(path, text);
    }
  }

  /** Cut to its length last, so that it is never empty. */
  private static void write(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.truncate(rest.limit());
      channel.force(true);
    }
  }
}
