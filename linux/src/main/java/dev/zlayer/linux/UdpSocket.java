package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EACCES;
import static dev.zlayer.linux.Errno.EADDRINUSE;
import static dev.zlayer.linux.Errno.EAFNOSUPPORT;
import static dev.zlayer.linux.Errno.EPERM;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A UDP socket for IPv4 and IPv6 that moves a batch of datagrams per system call, and runs of
 * datagrams as one message where kernel and links can (UDP_SEGMENT, UDP_GRO).
 *
 * <p>One thread calls {@link #receive} and owns that half. Any number of threads call {@link
 * #send}: a lock hands them the other one, held over a system call that doesn't wait, or waits a
 * few milliseconds when the send buffer is full.
 */
public final class UdpSocket implements Pollable, AutoCloseable {
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  /**
   * Keeps a network card busy. What waits in the buffer keeps its order; what waits before it, in a
   * TUN device, leaves by turns.
   */
  private static final int SEND_BUFFER_BYTES = 512 << 10;

  private final Descriptor descriptor;
  private final int port;
  private final Consumer<String> notices;

  /** Of the receiving thread. */
  private final DatagramReceiver receiver;

  private final ReentrantLock sendLock = new ReentrantLock();

  /** Guarded by sendLock. */
  private final DatagramSender sender;

  private UdpSocket(Descriptor descriptor, int port, int family, Consumer<String> notices) {
    this.descriptor = descriptor;
    this.port = port;
    this.notices = notices;
    this.receiver = new DatagramReceiver(descriptor);
    this.sender =
        new DatagramSender(
            descriptor, family, notice -> notices.accept("UDP port " + port + ": " + notice));
  }

  /** As {@link #open(int, Consumer)}, without telling anybody. */
  public static UdpSocket open(int port) throws NativeException {
    return open(port, notice -> {});
  }

  /**
   * Binds {@code port} on all addresses, IPv6 and IPv4; on IPv4 alone where the kernel has no IPv6.
   *
   * @param port 0 to 65535; 0 lets the kernel choose
   * @param notices is told in a line, from a sending thread, when the socket has to go on slower
   * @throws IllegalArgumentException for a port outside of that range
   * @throws NativeException when the port is taken (EADDRINUSE) or privileged (EACCES)
   */
  public static UdpSocket open(int port, Consumer<String> notices) throws NativeException {
    try {
      return open(port, LibC.AF_INET6, notices);
    } catch (NativeException e) {
      if (e.errno() != EAFNOSUPPORT) {
        throw e;
      }
      return open(port, LibC.AF_INET, notices);
    }
  }

  static UdpSocket open(int port, int family, Consumer<String> notices) throws NativeException {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
    Descriptor descriptor = Sockets.open(family, LibC.SOCK_DGRAM, 0, "UDP socket");
    try {
      if (family == LibC.AF_INET6) {
        Sockets.option(descriptor, LibC.IPPROTO_IPV6, LibC.IPV6_V6ONLY, 0);
      }
      ControlData.request(descriptor, family);
      ControlData.requestRuns(descriptor);
      Sockets.receiveBuffer(descriptor, RECEIVE_BUFFER_BYTES);
      Sockets.sendBuffer(descriptor, SEND_BUFFER_BYTES);
      int result = Sockets.bind(descriptor, family, port);
      if (result < 0) {
        throw new NativeException("bind UDP port " + port, -result, bindAdvice(port, -result));
      }
      return new UdpSocket(descriptor, Sockets.localPort(descriptor), family, notices);
    } catch (NativeException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
  }

  /**
   * Opens another socket, as {@link #open(int)} does, in the network namespace that this one was
   * made in, whichever the caller's is.
   *
   * @throws IOException as {@link #open(int)}, or when that namespace may not be entered
   */
  public UdpSocket sibling(int port) throws IOException {
    int fd = LibC.ioctl(descriptor.fd(), LibC.SIOCGSKNS, 0);
    if (fd == -EPERM) {
      // Who may not ask has no privilege to have changed namespaces either.
      return open(port, notices);
    }
    if (fd < 0) {
      throw new NativeException("SIOCGSKNS " + descriptor.name(), -fd);
    }
    try (Descriptor namespace = new Descriptor(fd, "network namespace")) {
      return NetworkNamespace.open(namespace.path(), () -> open(port, notices));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Marks every datagram from now on for the host's routing rules and firewall.
   *
   * @param mark 32 bits; 0 for no mark
   * @throws NativeException when we lack the privilege (EPERM)
   */
  public void mark(int mark) throws NativeException {
    try {
      int result = Sockets.tryOption(descriptor, LibC.SOL_SOCKET, LibC.SO_MARK, mark);
      if (result < 0) {
        String advice = result == -EPERM ? "run as root or with CAP_NET_ADMIN" : "";
        throw new NativeException("SO_MARK " + descriptor.name(), -result, advice);
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * The index of an interface, up or not, in the network namespace that this socket was made in; 0
   * if none has that name.
   *
   * @throws IllegalArgumentException for what can't be an interface's name
   */
  public int interfaceIndex(String name) {
    try {
      return Sockets.interfaceIndex(descriptor, name);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** The port the socket is bound to, 1 to 65535. */
  public int port() {
    return port;
  }

  /**
   * Adds the datagrams that have arrived to {@code batch}, as far as one call of the kernel gives
   * them and there is room; doesn't wait. After a call that filled the batch more may be left, even
   * where a {@link PollSet} sees nothing to read. Each has its sender as {@link
   * PacketBuffer#endpoint()}, our own address and its congestion mark. Left out are datagrams that
   * don't fit their buffer's tailroom and those from port 0, which nobody can answer. For one
   * thread at a time.
   *
   * @return datagrams added
   * @throws IllegalArgumentException when the batch is full
   */
  public int receive(PacketBatch batch) throws NativeException {
    Descriptor.requireRoom(batch);
    try {
      return receiver.receive(batch);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Sends every packet of {@code batch} to its endpoint, from its local address (or, where that
   * can't be, any other) and with its congestion mark; the batch stays as it is. A datagram that
   * can't be sent (no route, too long, refused by a firewall, the send buffer full for longer than
   * a moment) is lost, as datagrams are, and doesn't hold up the others. Any thread may call.
   *
   * @return datagrams the kernel took
   * @throws IllegalStateException when a packet has no endpoint
   * @throws NativeException when the socket itself is unusable
   */
  public int send(PacketBatch batch) throws NativeException {
    sendLock.lock();
    try {
      return sender.send(batch);
    } finally {
      Reference.reachabilityFence(this);
      sendLock.unlock();
    }
  }

  @Override
  public int fd() {
    return descriptor.fd();
  }

  /** Frees the port. */
  @Override
  public void close() {
    descriptor.close();
  }

  private static String bindAdvice(int port, int errno) {
    return switch (errno) {
      case EADDRINUSE ->
          "another socket has UDP port "
              + port
              + " (ss -ulpn shows whose); stop that process or choose another port";
      case EACCES -> "ports below 1024 need root or CAP_NET_BIND_SERVICE";
      default -> "";
    };
  }
}
