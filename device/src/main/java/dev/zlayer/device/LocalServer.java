package dev.zlayer.device;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a Unix socket that only our own user may open: a virtual thread a connection, and no more
 * connections than a bound. Thread safe.
 */
public final class LocalServer implements AutoCloseable {
  /** What is done with a connection; it is closed afterwards, and at the latest by the server. */
  @FunctionalInterface
  public interface Service {
    void serve(SocketChannel connection) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
  private static final String SUFFIX = ".sock";

  /**
   * In the place of the suffix while nobody may find the socket. {@code ss} goes on to list it so:
   * that is the name that it was bound to.
   */
  private static final String UNFINISHED = ".new";

  /** Accepting that fails (no descriptor left) isn't tried again at once. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  private final Path path;
  private final ServerSocketChannel server;
  private final Semaphore free;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private LocalServer(Path path, ServerSocketChannel server, int maxConnections) {
    this.path = path;
    this.server = server;
    this.free = new Semaphore(maxConnections);
  }

  /**
   * Binds the socket; what a dead process left there is replaced. Connections wait until {@link
   * #start}. Whoever finds {@code path} can connect: {@code wg} removes a socket that refuses it,
   * as one does that isn't listened on yet.
   *
   * @param path ends in {@code .sock}
   * @param maxConnections how many are served at once; further ones are closed
   * @throws SocketInUseException if a live process serves {@code path}
   */
  public static LocalServer bind(Path path, int maxConnections) throws IOException {
    removeDead(path);
    Path unfinished = unfinished(path);
    remove(unfinished);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(unfinished));
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
      // A link, since renaming would take the place of a live one.
      Files.createLink(path, unfinished);
      return new LocalServer(path, server, maxConnections);
    } catch (FileAlreadyExistsException e) {
      server.close();
      throw new SocketInUseException(path);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    } finally {
      remove(unfinished);
    }
  }

  /** Where nobody may look, the reason is told by who would make something there. */
  private static void remove(Path unfinished) throws IOException {
    if (Files.exists(unfinished, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(unfinished);
    }
  }

  private static Path unfinished(Path path) {
    String name = path.getFileName().toString();
    if (!name.endsWith(SUFFIX)) {
      throw new IllegalArgumentException("'" + path + "' doesn't end in " + SUFFIX);
    }
    return path.resolveSibling(
        name.substring(0, name.length() - SUFFIX.length()).concat(UNFINISHED));
  }

  /**
   * Removes the socket that a dead process left at {@code path}; returns whether there was one.
   *
   * @throws SocketInUseException if a live process serves it
   */
  public static boolean removeDead(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (LocalSocket.isServed(path)) {
      throw new SocketInUseException(path);
    }
    Files.delete(path);
    return true;
  }

  public Path path() {
    return path;
  }

  /** Begins to take connections. */
  public void start(Service service) {
    Thread.ofVirtual().name("serving " + path).start(() -> acceptAll(service));
  }

  /** Removes the socket file, takes no more connections and hangs up on those that are open. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
      server.close();
      for (SocketChannel connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      LOG.warn("{} can't be removed: {}", path, e.getMessage());
    }
  }

  private void acceptAll(Service service) {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        if (!free.tryAcquire()) {
          connection.close();
          continue;
        }
        connections.add(connection);
        if (!server.isOpen()) {
          // It came while close() went through those that were open.
          connection.close();
        }
        Thread.startVirtualThread(() -> serve(connection, service));
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("{}: {}", path, e.getMessage());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void serve(SocketChannel connection, Service service) {
    try (connection) {
      service.serve(connection);
    } catch (IOException e) {
      LOG.debug("{}: a connection ended: {}", path, e.getMessage());
    } finally {
      connections.remove(connection);
      free.release();
    }
  }
}
