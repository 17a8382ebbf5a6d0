package dev.zlayer.overlay.state;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temp;

  @Test
  void makesPrivateDirectories() throws IOException {
    DataDirectory directory = new DataDirectory(temp.resolve("a/b"));
    directory.create();
    directory.create();
    assertEquals("rwx------", mode(directory.path()));
    assertEquals("rwx------", mode(temp.resolve("a")));
  }

  @Test
  void leavesTheModeOfAnExistingDirectoryAlone() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    new DataDirectory(temp).create();
    assertEquals("rwxr-xr-x", mode(temp));
  }

  @Test
  void refusesAPathThatIsNoDirectory() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    var refusal = assertThrows(OverlayException.class, () -> new DataDirectory(file).create());
    assertEquals("data directory '" + file + "' is not a directory", refusal.getMessage());
    assertThrows(OverlayException.class, () -> new DataDirectory(file.resolve("below")).create());
  }

  @Test
  void refusesADirectoryWhereNothingCanBeMade() {
    var refusal =
        assertThrows(
            OverlayException.class, () -> new DataDirectory(Path.of("/proc/zlayer")).create());
    assertEquals(
        "data directory '/proc/zlayer' can't be made: no such file or directory",
        refusal.getMessage());
  }

  @Test
  void refusesAPathTooLongForItsSocket() {
    int name = 107 - "/".length() - "/overlay.sock".length();
    assertDoesNotThrow(() -> new DataDirectory(Path.of("/" + "x".repeat(name))));
    Path tooLong = Path.of("/" + "x".repeat(name + 1));
    var refusal = assertThrows(IllegalArgumentException.class, () -> new DataDirectory(tooLong));
    assertEquals(
        "data directory '"
            + tooLong
            + "' is too long: the path of the Unix socket in it has 108 bytes, and 107 is the most",
        refusal.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new DataDirectory(Path.of("/" + "ä".repeat(name / 2 + 1))));
  }

  @Test
  void relativePathIsMadeAbsolute() {
    assertEquals(Path.of("").toAbsolutePath(), new DataDirectory(Path.of("x/..")).path());
  }

  @Test
  void secondLockNamesTheProcess() throws IOException {
    DataDirectory directory = new DataDirectory(temp);
    long pid = ProcessHandle.current().pid();
    DataDirectoryLock lock = directory.lock();
    var refusal = assertThrows(DataDirectoryInUseException.class, directory::lock);
    assertEquals(
        "data directory '%s' is in use by process %d: stop that node first, or name another"
                .formatted(temp, pid)
            + " directory",
        refusal.getMessage());
    assertEquals(OptionalLong.of(pid), refusal.ownerPid());
    assertEquals("rw-------", mode(directory.lockFile()));
    lock.close();
    lock.close();
    directory.lock().close();
  }

  @Test
  void lockOfAnotherProcessIsSeenAndEndsWithIt() throws Exception {
    DataDirectory directory = new DataDirectory(temp);
    Process other = ChildJvm.start(LockHolder.class, temp);
    try {
      var refusal = assertThrows(DataDirectoryInUseException.class, directory::lock);
      assertEquals(OptionalLong.of(other.pid()), refusal.ownerPid());
    } finally {
      other.destroyForcibly().waitFor();
    }
    directory.lock().close();
  }

  @Test
  void lockOfAMissingDirectoryIsRefused() {
    Path missing = temp.resolve("missing");
    var refusal = assertThrows(OverlayException.class, () -> new DataDirectory(missing).lock());
    assertEquals(
        "data directory '" + missing + "' can't be locked: no such file or directory",
        refusal.getMessage());
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
