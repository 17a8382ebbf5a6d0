package dev.zlayer.overlay.resolver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFileTest {
  @TempDir private Path folder;

  private Path file(byte... content) throws IOException {
    return Files.write(folder.resolve("hosts"), content);
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  @Test
  void everyByteComesBack() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    Path file = file(all);
    new SharedFile(file).edit(text -> "x" + text);
    assertEquals(257, Files.size(file));
    new SharedFile(file).edit(text -> text.substring(1));
    assertArrayEquals(all, Files.readAllBytes(file));
  }

  @Test
  void itIsReplacedInOneStepWithItsMode() throws IOException {
    Path file = file((byte) 'a');
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r-x"));
    Object before = inode(file);
    new SharedFile(file).edit(text -> text + "b");
    assertNotEquals(before, inode(file));
    assertEquals("rw-rw-r-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void whatIsAsItShouldBeIsntWritten() throws IOException {
    Path file = file((byte) 'a');
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    new SharedFile(file).edit(text -> text);
    assertEquals(FileTime.from(Instant.EPOCH), Files.getLastModifiedTime(file));
  }

  @Test
  void whatOthersWriteMeanwhileIsKept() throws IOException {
    Path file = file((byte) 'a');
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    List<String> seen = new ArrayList<>();
    new SharedFile(file)
        .edit(text -> {
          if (seen.isEmpty()) {
            write(file, "theirs");
          }
          seen.add(text);
          return text + " ours";
        });
    assertEquals(List.of("a", "theirs"), seen);
    assertEquals("theirs ours", Files.readString(file));
  }

  /** No fight: who writes without end has won. */
  @Test
  void whoWritesAllTheTimeIsLeftAlone() throws IOException {
    Path file = file((byte) 'a');
    List<String> seen = new ArrayList<>();
    SharedFile shared = new SharedFile(file);
    var refusal =
        assertThrows(
            IOException.class,
            () ->
                shared.edit(text -> {
                  seen.add(text);
                  write(file, "theirs");
                  try {
                    Files.setLastModifiedTime(
                        file, FileTime.from(Instant.ofEpochSecond(seen.size())));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  return text + " ours";
                }));
    assertTrue(refusal.getMessage().contains("writes it all the time"), refusal.getMessage());
    assertEquals("theirs", Files.readString(file));
  }

  /** Another process, as a second node on this machine is. */
  @Test
  void anotherNodesTurnIsWaitedFor() throws Exception {
    Path file = file((byte) 'a');
    Path lock = folder.resolve("lock");
    Path source =
        Files.writeString(
            folder.resolve("Holder.java"),
            """
            import module java.base;

            void main(String[] arguments) throws Exception {
              FileChannel.open(
                      Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                  .lock();
              IO.println("held");
              Thread.sleep(Duration.ofMinutes(1));
            }
            """);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    RunningCommand holder = Command.of(java, source.toString(), lock.toString()).start();
    holder.awaitText("held", Duration.ofSeconds(50));
    SharedFile shared = new SharedFile(file, new EditLock(lock));
    FutureTask<Void> edit =
        new FutureTask<>(() -> {
          shared.edit(text -> text + "b");
          return null;
        });
    Thread.ofVirtual().start(edit);
    assertThrows(TimeoutException.class, () -> edit.get(300, TimeUnit.MILLISECONDS));
    assertEquals("a", Files.readString(file));
    holder.kill();
    edit.get(5, TimeUnit.SECONDS);
    assertEquals("ab", Files.readString(file));
  }

  @Test
  void threadsTakeTurns() throws Exception {
    Path file = file();
    SharedFile shared = new SharedFile(file, new EditLock(folder.resolve("lock")));
    List<FutureTask<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(
          new FutureTask<>(() -> {
            for (int edit = 0; edit < 25; edit++) {
              shared.edit(text -> text + "x");
            }
            return null;
          }));
    }
    writers.forEach(Thread.ofPlatform()::start);
    for (FutureTask<Void> writer : writers) {
      writer.get();
    }
    assertEquals("x".repeat(100), Files.readString(file));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
