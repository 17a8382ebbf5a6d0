package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a service manager such as systemd how its service fares, as {@code sd_notify(3)} does: a
 * datagram of assignments to the Unix socket that the manager named. Thread safe.
 */
public final class ServiceNotifier {
  private static final String SOCKET = "NOTIFY_SOCKET";

  // struct sockaddr_un: u16 family @0, char path[108] @2
  private static final int PATH = 2;
  private static final int MAX_PATH_BYTES = 107;

  private final String socket;

  private ServiceNotifier(String socket) {
    this.socket = socket;
  }

  /**
   * Of the manager that started this process; empty where none did or it asks for no word.
   *
   * @param environment the process' own: {@code NOTIFY_SOCKET} is an absolute path or, with an
   *     {@code @} first, an abstract name; other kinds of sockets count as none
   */
  public static Optional<ServiceNotifier> of(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(SOCKET))
        .filter(socket -> socket.startsWith("/") || socket.startsWith("@"))
        .filter(socket -> bytes(socket).length <= MAX_PATH_BYTES)
        .map(ServiceNotifier::new);
  }

  /**
   * Sends assignments, such as {@code READY=1} and {@code STATUS=all is well}, in one message;
   * waits while the manager's queue is full.
   *
   * @throws IOException when nobody listens there
   */
  public void send(String... assignments) throws IOException {
    byte[] message = bytes(String.join("\n", assignments) + "\n");
    byte[] path = bytes(socket);
    if (path[0] == '@') {
      path[0] = 0;
    }
    int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw new NativeException("socket " + socket, -fd);
    }
    try (Descriptor descriptor = new Descriptor(fd, socket);
        Arena arena = Arena.ofConfined()) {
      long address = RawMemory.allocate(arena, PATH + MAX_PATH_BYTES + 1);
      RawMemory.putShort(address, LibC.AF_UNIX);
      RawMemory.copy(path, 0, address + PATH, path.length);
      long text = RawMemory.allocate(arena, message.length);
      RawMemory.copy(message, 0, text, message.length);
      // The length ends an abstract name; a path may have it too.
      int result =
          LibC.sendto(
              descriptor.fd(),
              text,
              message.length,
              LibC.MSG_NOSIGNAL,
              address,
              PATH + path.length);
      if (result < 0) {
        throw new NativeException("sendto " + socket, -result);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
