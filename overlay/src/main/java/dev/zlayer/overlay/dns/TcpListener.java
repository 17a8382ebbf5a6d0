package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.dns.zone.Resolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers over connections (RFC 7766): a virtual thread a connection. Where there are as many as we
 * take, a new one displaces the one that has waited longest, so that nobody keeps others out by
 * being idle or slow.
 */
final class TcpListener implements AutoCloseable {
  /** The most connections at once. */
  static final int MAX_CONNECTIONS = 512;

  private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);
  private static final int BACKLOG = 256;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private final ServerSocketChannel server;
  private final Clients clients;
  private final Resolver resolver;
  private final Forwarder forwarder;
  private final Counters counters;
  private final Set<TcpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor = Thread.ofVirtual().name("dns tcp").unstarted(this::acceptAll);
  private final Thread sweeper = Thread.ofVirtual().name("dns tcp sweeper").unstarted(this::sweep);

  private TcpListener(
      ServerSocketChannel server,
      Clients clients,
      Resolver resolver,
      Forwarder forwarder,
      Counters counters) {
    this.server = server;
    this.clients = clients;
    this.resolver = resolver;
    this.forwarder = forwarder;
    this.counters = counters;
  }

  static TcpListener open(
      InetSocketAddress address,
      Clients clients,
      Resolver resolver,
      Forwarder forwarder,
      Counters counters)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(address, BACKLOG);
      return new TcpListener(server, clients, resolver, forwarder, counters);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  void start() {
    acceptor.start();
    sweeper.start();
  }

  /** Returns when nothing is accepted any more: until then the kernel may keep the port. */
  @Override
  public void close() {
    try {
      server.close();
      acceptor.join();
    } catch (IOException e) {
      LOG.warn("DNS over TCP doesn't close: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(TcpConnection::close);
    LockSupport.unpark(sweeper);
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        admit(server.accept());
      } catch (IOException e) {
        if (server.isOpen()) {
          LOG.warn("DNS over TCP: {}", e.getMessage());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void admit(SocketChannel channel) throws IOException {
    if (!isClient(channel)) {
      counters.strangers.increment();
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
      return;
    }
    if (connections.size() >= MAX_CONNECTIONS) {
      connections.stream()
          .min(Comparator.comparingLong(TcpConnection::deadlineNanos))
          .ifPresent(this::end);
    }
    TcpConnection connection = new TcpConnection(channel, resolver, forwarder, counters);
    connections.add(connection);
    if (!server.isOpen()) {
      // It came while close() went through those that were open.
      connection.close();
    }
    Thread.startVirtualThread(() -> {
      try {
        connection.serve();
      } finally {
        end(connection);
      }
    });
  }

  private boolean isClient(SocketChannel channel) {
    try {
      return clients.include(channel.getRemoteAddress());
    } catch (IOException gone) {
      return false;
    }
  }

  private void end(TcpConnection connection) {
    connections.remove(connection);
    connection.close();
  }

  /** Neither reading nor writing waits for ever. */
  private void sweep() {
    while (server.isOpen()) {
      long now = System.nanoTime();
      connections.stream()
          .filter(connection -> connection.deadlineNanos() - now < 0)
          .forEach(this::end);
      LockSupport.parkNanos(SWEEP.toNanos());
    }
  }
}
