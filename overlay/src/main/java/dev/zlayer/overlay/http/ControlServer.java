package dev.zlayer.overlay.http;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.api.ControlApi;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the control API on the leader's overlay address: a virtual thread a connection. Who
 * isn't of the overlay is hung up on before anything is read, and so is who has too many
 * connections. Thread safe.
 */
public final class ControlServer implements AutoCloseable {
  static final int MAX_CONNECTIONS = 4096;
  static final int MAX_CONNECTIONS_A_SOURCE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int BACKLOG = 256;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  private final ServerSocket server;
  private final ControlApi api;
  private final News news;

  /** What is open; both are guarded by this map's monitor. */
  private final Map<InetAddress, Integer> bySource = new HashMap<>();

  private final Set<Socket> connections = new HashSet<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private ControlServer(ServerSocket server, ControlApi api, News news) {
    this.server = server;
    this.api = api;
    this.news = news;
  }

  /**
   * Listens; what connects waits until {@link #start}.
   *
   * @throws OverlayException if the address or the port can't be had
   */
  public static ControlServer open(InetSocketAddress address, ControlApi api, News news) {
    try {
      ServerSocket server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(address, BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new ControlServer(server, api, news);
    } catch (IOException e) {
      throw new OverlayException(
          "the control API can't listen on %s port %d: %s"
              .formatted(IpText.format(address.getAddress()), address.getPort(), e.getMessage()),
          e);
    }
  }

  public void start() {
    threads.execute(this::acceptAll);
  }

  /**
   * Hangs up on everybody, and returns when no request is under way any more. Watches must have
   * been told that there is no more news.
   */
  @Override
  public void close() {
    closeQuietly(server);
    synchronized (bySource) {
      connections.forEach(ControlServer::closeQuietly);
    }
    threads.close();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        admit(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.warn("control API: {}", e.getMessage());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void admit(Socket socket) {
    InetAddress source = socket.getInetAddress();
    if (api.isOverlay(source) && isCounted(socket, source)) {
      threads.execute(() -> serve(socket, source));
    } else {
      closeQuietly(socket);
    }
  }

  private boolean isCounted(Socket socket, InetAddress source) {
    synchronized (bySource) {
      int others = bySource.getOrDefault(source, 0);
      if (server.isClosed()
          || others == MAX_CONNECTIONS_A_SOURCE
          || connections.size() == MAX_CONNECTIONS) {
        return false;
      }
      bySource.put(source, others + 1);
      connections.add(socket);
      return true;
    }
  }

  private void serve(Socket socket, InetAddress source) {
    try {
      new ControlConnection(socket, source, api, news).serve();
    } finally {
      closeQuietly(socket);
      synchronized (bySource) {
        bySource.computeIfPresent(source, (_, open) -> open == 1 ? null : open - 1);
        connections.remove(socket);
      }
    }
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      LOG.debug("control API: a socket doesn't close: {}", e.getMessage());
    }
  }
}
