package dev.zlayer.overlay.http;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.OverlayException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one address: a virtual thread a connection. Who isn't welcome is hung up on before
 * anything is read, and so is who has too many connections. Thread safe.
 */
final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final int BACKLOG = 256;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  /**
   * How many connections are open at once.
   *
   * @param inAll over all sources
   * @param aSource of one address
   */
  record Bounds(int inAll, int aSource) {}

  private final String what;
  private final ServerSocket server;
  private final Bounds bounds;
  private final Predicate<InetAddress> welcome;
  private final Consumer<Socket> service;

  /** What is open; both are guarded by this map's monitor. */
  private final Map<InetAddress, Integer> bySource = new HashMap<>();

  private final Set<Socket> connections = new HashSet<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Listener(
      String what,
      ServerSocket server,
      Bounds bounds,
      Predicate<InetAddress> welcome,
      Consumer<Socket> service) {
    this.what = what;
    this.server = server;
    this.bounds = bounds;
    this.welcome = welcome;
    this.service = service;
  }

  /**
   * Listens; what connects waits until {@link #start}.
   *
   * @param what is served, for messages
   * @param welcome whether this source may connect
   * @param service of one connection, in a thread of its own; the socket is closed on its return
   * @throws OverlayException if the address or the port can't be had
   */
  static Listener open(
      String what,
      InetSocketAddress address,
      Bounds bounds,
      Predicate<InetAddress> welcome,
      Consumer<Socket> service) {
    try {
      ServerSocket server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(address, BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new Listener(what, server, bounds, welcome, service);
    } catch (IOException e) {
      throw new OverlayException(
          "%s can't listen on %s port %d: %s"
              .formatted(
                  what, IpText.format(address.getAddress()), address.getPort(), e.getMessage()),
          e);
    }
  }

  void start() {
    threads.execute(this::acceptAll);
  }

  /** Hangs up on everybody, and returns when no request is under way any more. */
  @Override
  public void close() {
    closeQuietly(server);
    synchronized (bySource) {
      connections.forEach(this::closeQuietly);
    }
    threads.close();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        admit(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.warn("{}: {}", what, e.getMessage());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void admit(Socket socket) {
    InetAddress source = socket.getInetAddress();
    if (welcome.test(source) && isCounted(socket, source)) {
      threads.execute(() -> serve(socket, source));
    } else {
      closeQuietly(socket);
    }
  }

  private boolean isCounted(Socket socket, InetAddress source) {
    synchronized (bySource) {
      int others = bySource.getOrDefault(source, 0);
      if (server.isClosed() || others == bounds.aSource() || connections.size() == bounds.inAll()) {
        return false;
      }
      bySource.put(source, others + 1);
      connections.add(socket);
      return true;
    }
  }

  private void serve(Socket socket, InetAddress source) {
    try {
      service.accept(socket);
    } finally {
      closeQuietly(socket);
      synchronized (bySource) {
        bySource.computeIfPresent(source, (_, open) -> open == 1 ? null : open - 1);
        connections.remove(socket);
      }
    }
  }

  private void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      LOG.debug("{}: a socket doesn't close: {}", what, e.getMessage());
    }
  }
}
