package dev.zlayer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A host between two others that passes their datagrams on, some of them a little late: {@link
 * Reordering} both ways. What comes to it goes to a target, and what that answers goes back to who
 * was heard last. A program, since a JVM lives in one network namespace.
 */
public final class ReorderingRelay {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final int MAX_DATAGRAM_BYTES = 65_536;
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /** After such a time without a datagram those held back go on. */
  private static final long QUIET_MILLIS = 2;

  /** One direction: its own thread and nobody else works with it. */
  private static final class Direction {
    private final DatagramChannel from;
    private final Selector selector;
    private final Deque<ByteBuffer> free = new ArrayDeque<>();
    private final Reordering<ByteBuffer> reordering;
    private volatile SocketAddress source;
    private volatile long overtaken;

    Direction(DatagramChannel from, long seed) throws IOException {
      this.from = from;
      this.selector = Selector.open();
      this.reordering = new Reordering<>(seed, this::send);
      from.configureBlocking(false);
      from.register(selector, SelectionKey.OP_READ);
    }

    private DatagramChannel to;
    private Direction back;

    void run() {
      try {
        while (true) {
          ByteBuffer datagram =
              free.isEmpty() ? ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES) : free.pop();
          SocketAddress sender = from.receive(datagram.clear());
          if (sender == null) {
            free.push(datagram);
            await();
          } else {
            source = sender;
            reordering.offer(datagram.flip());
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void await() throws IOException {
      if (selector.select(reordering.isHoldingBack() ? QUIET_MILLIS : 0) == 0) {
        reordering.flush();
      }
      selector.selectedKeys().clear();
      overtaken = reordering.overtaken();
    }

    private void send(ByteBuffer datagram) {
      try {
        if (back.source != null) {
          to.send(datagram, back.source);
        }
      } catch (IOException e) {
        // As a network does with what it can't deliver.
      }
      free.push(datagram);
    }
  }

  private ReorderingRelay() {}

  /**
   * Starts one in {@code namespace}, where the port is free on all addresses.
   *
   * @param target where what comes to the port goes, {@code 192.0.2.1} and a port
   * @return the process; {@link #overtaken} reads what it prints at its end
   */
  public static RunningCommand start(
      Netns namespace, long seed, int port, String target, int targetPort) {
    RunningCommand relay =
        namespace.start(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-cp",
            classes().toString(),
            ReorderingRelay.class.getName(),
            Long.toString(seed),
            Integer.toString(port),
            target,
            Integer.toString(targetPort));
    relay.awaitText("ready", START_LIMIT);
    return relay;
  }

  /** How many datagrams were overtaken, from what a relay has printed before it ended. */
  public static long overtaken(Execution relay) {
    return Long.parseLong(relay.output().lines().toList().getLast());
  }

  private static Path classes() {
    try {
      return Path.of(
          ReorderingRelay.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seed, port, address and port of the target. */
  public static void main(String[] arguments) throws IOException {
    long seed = Long.parseLong(arguments[0]);
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.ofLiteral(arguments[2]), Integer.parseInt(arguments[3]));
    Direction there = new Direction(open(Integer.parseInt(arguments[1])), seed);
    Direction back = new Direction(open(0), seed + 1);
    there.to = back.from;
    there.back = back;
    back.to = there.from;
    back.back = there;
    back.source = target;
    Thread.ofPlatform().name("there").daemon().start(there::run);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> System.out.println(there.overtaken + back.overtaken)));
    System.out.println("ready");
    back.run();
  }

  private static DatagramChannel open(int port) throws IOException {
    return DatagramChannel.open()
        .setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES)
        .bind(new InetSocketAddress(port));
  }
}
