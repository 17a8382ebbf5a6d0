package dev.zlayer.device;

import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.testkit.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sits on the wire between a far end and ours. It keeps what the far end sends, and holds it back
 * when it is told to.
 */
final class Relay implements AutoCloseable {
  private static final int MAX_BYTES = 2048;
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final SocketAddress ours;
  private final SocketAddress theirs;
  private final DatagramChannel front;
  private final DatagramChannel back;
  private final Object lock = new Object();

  // Guarded by the lock.
  private final List<byte[]> passed = new ArrayList<>();
  private final List<byte[]> held = new ArrayList<>();
  private int toHold;

  private Relay(
      SocketAddress ours, SocketAddress theirs, DatagramChannel front, DatagramChannel back) {
    this.ours = ours;
    this.theirs = theirs;
    this.front = front;
    this.back = back;
  }

  /** Runs on the far end's host, whose end listens on {@code theirPort}. */
  static Relay start(Netns host, String ourAddress, int ourPort, int theirPort) throws Exception {
    Relay relay =
        new Relay(
            at(ourAddress, ourPort),
            at("127.0.0.1", theirPort),
            channel(host, "0.0.0.0"),
            channel(host, "127.0.0.1"));
    Thread.ofPlatform().daemon().name("relay to ours").start(relay::carryToOurs);
    Thread.ofPlatform().daemon().name("relay to theirs").start(relay::carryToTheirs);
    return relay;
  }

  private static DatagramChannel channel(Netns host, String address) throws Exception {
    return NetworkNamespace.call(
        Path.of("/run/netns", host.name()),
        () -> DatagramChannel.open(StandardProtocolFamily.INET).bind(at(address, 0)));
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** Where the far end finds ours. */
  String place() throws IOException {
    return "127.0.0.1:" + ((InetSocketAddress) back.getLocalAddress()).getPort();
  }

  /** What the far end sent so far. */
  List<byte[]> passed() {
    synchronized (lock) {
      return List.copyOf(passed);
    }
  }

  /** From now on nothing passes. */
  void hold() {
    hold(UNLIMITED);
  }

  /** The next {@code datagrams} don't pass. */
  void hold(int datagrams) {
    synchronized (lock) {
      toHold = datagrams;
    }
  }

  int held() {
    synchronized (lock) {
      return held.size();
    }
  }

  /** Delivers what was held, the last one first; from now on everything passes. */
  void releaseReversed() throws IOException {
    List<byte[]> released;
    synchronized (lock) {
      toHold = 0;
      released = List.copyOf(held).reversed();
      held.clear();
    }
    for (byte[] datagram : released) {
      toOurs(datagram);
    }
  }

  void toOurs(byte[] datagram) throws IOException {
    front.send(ByteBuffer.wrap(datagram), ours);
  }

  private void carryToOurs() {
    carry(
        back,
        datagram -> {
          synchronized (lock) {
            passed.add(datagram);
            if (toHold > 0) {
              toHold--;
              held.add(datagram);
              return;
            }
          }
          toOurs(datagram);
        });
  }

  private void carryToTheirs() {
    carry(front, datagram -> back.send(ByteBuffer.wrap(datagram), theirs));
  }

  private interface Target {
    void take(byte[] datagram) throws IOException;
  }

  private static void carry(DatagramChannel from, Target target) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
    try {
      while (from.isOpen()) {
        buffer.clear();
        from.receive(buffer);
        byte[] datagram = new byte[buffer.flip().remaining()];
        buffer.get(datagram);
        target.take(datagram);
      }
    } catch (ClosedChannelException e) {
      // The test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
    back.close();
  }
}
