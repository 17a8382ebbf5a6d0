package dev.zlayer.overlay.resolver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
