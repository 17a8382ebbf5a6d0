package dev.zlayer.overlay.state;

import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory that holds everything a node keeps: state, lock and control socket.
 *
 * @param path absolute and normalised; short enough for the socket's path
 */
public record DataDirectory(Path path) {
  /** Linux' {@code sun_path} has 108 bytes, one of them for the end. */
  private static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final String SOCKET = "overlay.sock";

  public DataDirectory {
    path = path.toAbsolutePath().normalize();
    int bytes = path.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_SOCKET_PATH_BYTES) {
      throw new IllegalArgumentException(
          "data directory '%s' is too long: the path of the Unix socket in it has %d bytes, and %d"
                  .formatted(path, bytes, MAX_SOCKET_PATH_BYTES)
              + " is the most");
    }
  }

  public Path stateFile() {
    return path.resolve("overlay_bootstrap.json");
  }

  /** The Unix socket of the running node. */
  public Path controlSocket() {
    return path.resolve(SOCKET);
  }

  /** What an enrolment keeps as long as it isn't done. */
  Path enrolmentFile() {
    return path.resolve("overlay_enrolment.json");
  }

  /** What is to be undone of the machine's resolver, as long as it isn't. */
  public Path resolverFile() {
    return path.resolve("overlay_resolver.json");
  }

  public Path lockFile() {
    return path.resolve("overlay.lock");
  }

  /**
   * Makes the directory, mode 0700, and what is missing above it. A directory that is there already
   * keeps its mode: it may be shared, and the files in it are 0600.
   *
   * @throws OverlayException when that can't be done or nothing can be written there
   */
  public void create() {
    try {
      Path existing = path;
      while (!Files.exists(existing)) {
        existing = existing.getParent();
      }
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (Path made = path; !made.equals(existing); made = made.getParent()) {
        AtomicFile.syncDirectory(made.getParent());
      }
    } catch (FileAlreadyExistsException e) {
      throw new OverlayException("data directory '" + path + "' is not a directory", e);
    } catch (IOException e) {
      throw new OverlayException(
          "data directory '" + path + "' can't be made: " + IoReason.of(e), e);
    }
    if (!Files.isWritable(path)) {
      throw new OverlayException(
          "data directory '" + path + "' is not writable: run as its owner or name another");
    }
  }

  /**
   * Takes the directory for this process until the lock is closed or the process ends.
   *
   * @throws DataDirectoryInUseException when a live process has it
   */
  public DataDirectoryLock lock() {
    return DataDirectoryLock.acquire(this);
  }
}
