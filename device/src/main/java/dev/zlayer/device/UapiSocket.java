package dev.zlayer.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a device to {@code wg}: the cross-platform userspace interface over a Unix socket, for
 * reading ({@code get=1}). A changing request ({@code set=1}) is answered with EOPNOTSUPP.
 */
public final class UapiSocket implements AutoCloseable {
  /** Where {@code wg} looks for sockets. */
  public static final Path DIRECTORY = Path.of("/var/run/wireguard");

  private static final Logger LOG = LoggerFactory.getLogger(UapiSocket.class);
  private static final int MAX_CONNECTIONS = 16;
  private static final int MAX_LINE_CHARS = 1024;
  private static final int MAX_LINES = 100_000;
  private static final int EINVAL = -22;
  private static final int EOPNOTSUPP = -95;

  private final Device device;
  private final Path path;
  private final ServerSocketChannel server;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private UapiSocket(Device device, Path path, ServerSocketChannel server) {
    this.device = device;
    this.path = path;
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
    Path path = directory.resolve(device.interfaceName() + ".sock");
    UapiSocket socket = new UapiSocket(device, path, LocalSocket.bind(path));
    Thread.ofVirtual().name("uapi " + device.interfaceName()).start(socket::acceptAll);
    return socket;
  }

  /** The socket's path. */
  public Path path() {
    return path;
  }

  /** Stops serving and removes the socket file. */
  @Override
  public void close() {
    try {
      server.close();
      for (SocketChannel connection : open) {
        connection.close();
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("{}: can't be removed: {}", path, e.getMessage());
    }
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        if (!connections.tryAcquire()) {
          connection.close();
          continue;
        }
        open.add(connection);
        Thread.startVirtualThread(() -> serve(connection));
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("{}: {}", path, e.getMessage());
        }
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection;
        BufferedReader in =
            new BufferedReader(Channels.newReader(connection, StandardCharsets.US_ASCII));
        Writer out = Channels.newWriter(connection, StandardCharsets.US_ASCII)) {
      for (List<String> request = read(in); !request.isEmpty(); request = read(in)) {
        out.write(answer(request));
        out.flush();
      }
    } catch (IOException e) {
      LOG.debug("{}: a connection ended: {}", path, e.getMessage());
    } finally {
      open.remove(connection);
      connections.release();
    }
  }

  private String answer(List<String> request) {
    return switch (request.getFirst()) {
      case "get=1" -> UapiReport.of(device.status(), device.privateKey()) + "errno=0\n\n";
      case "set=1" -> "errno=" + EOPNOTSUPP + "\n\n";
      default -> "errno=" + EINVAL + "\n\n";
    };
  }

  /** The lines up to an empty one, or none at the connection's end. */
  private static List<String> read(BufferedReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      if (line.length() > MAX_LINE_CHARS || lines.size() == MAX_LINES) {
        throw new IOException("a request is longer than " + MAX_LINES + " lines");
      }
      lines.add(line);
    }
    return lines;
  }
}
