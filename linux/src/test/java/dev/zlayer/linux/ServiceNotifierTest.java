package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.memory.RawMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class ServiceNotifierTest {
  @TempDir private Path folder;

  @Test
  void reachesASocketWithAPath() throws IOException {
    String path = folder.resolve("notify").toString();
    try (Descriptor manager = listen(path)) {
      notifier(path).orElseThrow().send("READY=1", "STATUS=5 of 5 – fine");
      assertEquals("READY=1\nSTATUS=5 of 5 – fine\n", receive(manager));
    }
  }

  @Test
  void reachesASocketWithAnAbstractName() throws IOException {
    String name = "zltest-notify-" + ProcessHandle.current().pid();
    try (Descriptor manager = listen('\0' + name)) {
      notifier("@" + name).orElseThrow().send("WATCHDOG=1");
      assertEquals("WATCHDOG=1\n", receive(manager));
    }
  }

  @Test
  void saysWhereNobodyListens() {
    String path = folder.resolve("nobody").toString();
    NativeException refusal =
        assertThrows(NativeException.class, () -> notifier(path).orElseThrow().send("READY=1"));
    assertEquals("sendto " + path + ": ENOENT (No such file or directory)", refusal.getMessage());
  }

  @Test
  void isThereOnlyWhereTheManagerAsksForIt() {
    assertEquals(Optional.empty(), ServiceNotifier.of(Map.of()));
    assertEquals(Optional.empty(), notifier(""));
    assertEquals(Optional.empty(), notifier("vsock:2:1234"));
    assertEquals(Optional.empty(), notifier("/" + "x".repeat(107)));
  }

  private static Optional<ServiceNotifier> notifier(String socket) {
    return ServiceNotifier.of(Map.of("NOTIFY_SOCKET", socket));
  }

  private static Descriptor listen(String path) {
    Descriptor socket =
        new Descriptor(LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0), path);
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
      long address = RawMemory.allocate(arena, 110);
      RawMemory.putShort(address, LibC.AF_UNIX);
      RawMemory.copy(bytes, 0, address + 2, bytes.length);
      assertEquals(0, LibC.bind(socket.fd(), address, 2 + bytes.length));
    }
    return socket;
  }

  private static String receive(Descriptor socket) {
    try (Arena arena = Arena.ofConfined()) {
      long buffer = RawMemory.allocate(arena, 256);
      byte[] message = new byte[LibC.recvfrom(socket.fd(), buffer, 256, 0, 0, 0)];
      RawMemory.copy(buffer, message, 0, message.length);
      return new String(message, StandardCharsets.UTF_8);
    }
  }
}
