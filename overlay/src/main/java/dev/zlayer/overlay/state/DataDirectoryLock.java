package dev.zlayer.overlay.state;

import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Exclusive ownership of a data directory. The kernel ends it with the process, so that nothing is
 * left to clean up after {@code kill -9}; the owner's process id stands in the file for others to
 * read. The file itself stays: to remove it would let two processes lock two files of one name.
 *
 * <p>Thread safe.
 */
public final class DataDirectoryLock implements AutoCloseable {
  /**
   * Directories that this process has. POSIX drops a process's lock as soon as it closes any
   * descriptor of the file, so a second attempt in here must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DataDirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  static DataDirectoryLock acquire(DataDirectory directory) {
    try {
      Path real = directory.path().toRealPath();
      if (!HELD.add(real)) {
        throw new DataDirectoryInUseException(
            directory, OptionalLong.of(ProcessHandle.current().pid()));
      }
      try {
        return new DataDirectoryLock(real, openLocked(directory));
      } catch (IOException | RuntimeException e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw new OverlayException(
          "data directory '" + directory.path() + "' can't be locked: " + IoReason.of(e), e);
    }
  }

  /** Gives the directory back; nothing happens the second time. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      channel.truncate(0);
    } catch (IOException e) {
      throw new OverlayException(
          "lock of data directory '" + directory + "' can't be closed: " + IoReason.of(e), e);
    } finally {
      HELD.remove(directory);
    }
  }

  private static FileChannel openLocked(DataDirectory directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.lockFile(),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            AtomicFile.OWNER_ONLY);
    try {
      if (tryLock(channel) == null) {
        throw new DataDirectoryInUseException(directory, signature(directory.lockFile()));
      }
      sign(channel);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This module was loaded twice into one process, each with its own HELD.
      return null;
    }
  }

  private static void sign(FileChannel channel) throws IOException {
    String pid = ProcessHandle.current().pid() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static OptionalLong signature(Path lockFile) throws IOException {
    String text = Files.readString(lockFile, StandardCharsets.ISO_8859_1).strip();
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }
}
