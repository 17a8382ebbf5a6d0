package dev.zlayer.device;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a device to {@code wg}: the cross-platform userspace interface over a Unix socket. A
 * connection may carry several requests.
 *
 * <p>A malformed request changes nothing. One that the system refuses half-way, as when its {@code
 * listen_port} is taken, leaves the changes before that line made. The peer that has our own key is
 * passed over. {@code private_key} of zeros makes the device silent until it gets another.
 *
 * @see <a href="https://www.wireguard.com/xplatform/">The specification</a>
 */
public final class UapiSocket implements AutoCloseable {
  /** Where {@code wg} looks for sockets. */
  public static final Path DIRECTORY = Path.of("/var/run/wireguard");

  private static final Logger LOG = LoggerFactory.getLogger(UapiSocket.class);
  private static final int MAX_CONNECTIONS = 16;

  private final UapiService service;
  private final LocalServer server;

  private UapiSocket(UapiService service, LocalServer server) {
    this.service = service;
    this.server = server;
  }

  /**
   * Serves {@code device} at {@code DIRECTORY/INTERFACE.sock}, which only our user may open. A
   * socket file that a dead process left behind is replaced.
   *
   * @throws SocketInUseException if a live process serves that path
   * @throws IOException if the socket can't be made there
   */
  public static UapiSocket open(Device device, Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path path = path(directory, device.interfaceName());
    UapiSocket socket =
        new UapiSocket(new UapiService(device), LocalServer.bind(path, MAX_CONNECTIONS));
    socket.server.start(socket::serve);
    return socket;
  }

  /** Where the socket of a device with this name is. */
  public static Path path(Path directory, String interfaceName) {
    return directory.resolve(interfaceName + ".sock");
  }

  /** The socket's path. */
  public Path path() {
    return server.path();
  }

  /** Stops serving and removes the socket file. */
  @Override
  public void close() {
    server.close();
  }

  private void serve(SocketChannel connection) throws IOException {
    UapiReader requests =
        new UapiReader(
            new BufferedInputStream(Channels.newInputStream(connection)), service::interfaceIndex);
    Writer out = Channels.newWriter(connection, StandardCharsets.US_ASCII);
    for (String answer = answer(requests); !answer.isEmpty(); answer = answer(requests)) {
      out.write(answer);
      out.flush();
    }
  }

  /** Answers the next request; empty at the connection's end. */
  private String answer(UapiReader requests) throws IOException {
    try {
      Optional<UapiRequest> request = requests.next();
      return request.isEmpty() ? "" : service.answer(request.get()) + "errno=0\n\n";
    } catch (UapiRefusal e) {
      LOG.warn("{}: {}", path(), e.getMessage());
      return "errno=-" + e.errno() + "\n\n";
    }
  }
}
