package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.dns.zone.Query.Transport;
import dev.zlayer.overlay.dns.zone.Reply;
import dev.zlayer.overlay.dns.zone.Resolver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: queries are answered in turn. Its thread alone reads and writes; {@link
 * #close} ends it from elsewhere.
 */
final class TcpConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpConnection.class);
  private static final int MAX_QUERY_BYTES = 4096;

  /** How long a client may take for one query and its answer, idleness included. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SocketChannel channel;
  private final Resolver resolver;
  private final Forwarder forwarder;
  private final Counters counters;
  private volatile long deadlineNanos;

  TcpConnection(SocketChannel channel, Resolver resolver, Forwarder forwarder, Counters counters) {
    this.channel = channel;
    this.resolver = resolver;
    this.forwarder = forwarder;
    this.counters = counters;
    renew();
  }

  /** When whoever watches it closes it. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** Returns when the client has hung up or broken a rule. */
  void serve() {
    ByteBuffer length = ByteBuffer.allocate(Short.BYTES);
    try {
      while (read(length.clear())) {
        int bytes = Short.toUnsignedInt(length.getShort(0));
        ByteBuffer message = ByteBuffer.allocate(Math.min(bytes, MAX_QUERY_BYTES));
        if (bytes > MAX_QUERY_BYTES || !read(message)) {
          return;
        }
        Optional<byte[]> answer = answer(message.array());
        if (answer.isEmpty()) {
          counters.ignored.increment();
          return;
        }
        counters.tcpAnswers.increment();
        write(answer.get());
        renew();
      }
    } catch (IOException e) {
      LOG.debug("a DNS connection ended: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("a DNS connection doesn't close: {}", e.getMessage());
    }
  }

  private void renew() {
    deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
  }

  private Optional<byte[]> answer(byte[] message) {
    long receivedNanos = System.nanoTime();
    return switch (resolver.reply(message, Transport.TCP)) {
      case Reply.Answer answer -> {
        counters.countOwn(answer.message(), receivedNanos);
        yield Optional.of(answer.message());
      }
      case Reply.Forward forward -> {
        byte[] answer = forwarder.ask(forward.query());
        counters.countForwarded(answer, receivedNanos);
        yield Optional.of(answer);
      }
      case Reply.Silence _ -> Optional.empty();
    };
  }

  private boolean read(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Length and message at once (RFC 7766, 8). */
  private void write(byte[] message) throws IOException {
    ByteBuffer framed = ByteBuffer.allocate(Short.BYTES + message.length);
    framed.putShort((short) message.length).put(message).flip();
    while (framed.hasRemaining()) {
      channel.write(framed);
    }
  }
}
