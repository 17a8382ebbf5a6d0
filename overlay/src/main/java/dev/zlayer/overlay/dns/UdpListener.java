package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.dns.zone.Query.Transport;
import dev.zlayer.overlay.dns.zone.Reply;
import dev.zlayer.overlay.dns.zone.Resolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers datagrams: one platform thread receives, answers from the zone and sends. What others
 * have to be asked for waits on virtual threads of {@link Forwarder}'s number.
 */
final class UdpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);
  private static final int MAX_QUERY_BYTES = 4096;
  private static final int SOCKET_BUFFER_BYTES = 1 << 20;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

  private final DatagramChannel channel;
  private final Clients clients;
  private final Resolver resolver;
  private final Forwarder forwarder;
  private final Counters counters;
  private final Thread thread;

  private UdpListener(
      DatagramChannel channel,
      InetSocketAddress address,
      Clients clients,
      Resolver resolver,
      Forwarder forwarder,
      Counters counters) {
    this.channel = channel;
    this.clients = clients;
    this.resolver = resolver;
    this.forwarder = forwarder;
    this.counters = counters;
    this.thread =
        Thread.ofPlatform().daemon().name("dns " + address.getPort()).unstarted(this::run);
  }

  static UdpListener open(
      InetSocketAddress address,
      Clients clients,
      Resolver resolver,
      Forwarder forwarder,
      Counters counters)
      throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            address.getAddress().getAddress().length == 4
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.bind(address);
      return new UdpListener(channel, address, clients, resolver, forwarder, counters);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  void start() {
    thread.start();
  }

  /** Returns when its thread has ended: until then the kernel may keep the port. */
  @Override
  public void close() {
    try {
      channel.close();
      thread.join();
    } catch (IOException e) {
      LOG.warn("DNS over UDP doesn't close: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_QUERY_BYTES);
    while (channel.isOpen()) {
      try {
        buffer.clear();
        SocketAddress source = channel.receive(buffer);
        if (!clients.include(source)) {
          counters.strangers.increment();
          continue;
        }
        byte[] message = new byte[buffer.flip().remaining()];
        buffer.get(message);
        answer(message, source);
      } catch (IOException e) {
        if (channel.isOpen()) {
          LOG.warn("DNS over UDP: {}", e.getMessage());
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE.toNanos());
        }
      } catch (RuntimeException e) {
        LOG.error("DNS over UDP: a query was not answered", e);
      }
    }
  }

  private void answer(byte[] message, SocketAddress source) {
    long receivedNanos = System.nanoTime();
    switch (resolver.reply(message, Transport.UDP)) {
      case Reply.Answer answer -> {
        counters.countOwn(answer.message(), receivedNanos);
        send(answer.message(), source);
      }
      case Reply.Forward forward ->
          forwarder.ask(
              forward.query(),
              answer -> {
                counters.countForwarded(answer, receivedNanos);
                send(answer, source);
              });
      case Reply.Silence _ -> counters.ignored.increment();
    }
  }

  private void send(byte[] answer, SocketAddress target) {
    // Counted first: whoever has the answer finds it counted.
    counters.udpAnswers.increment();
    try {
      channel.send(ByteBuffer.wrap(answer), target);
    } catch (IOException e) {
      counters.unsent.increment();
    }
  }
}
