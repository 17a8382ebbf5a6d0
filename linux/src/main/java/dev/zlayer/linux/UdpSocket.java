package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EACCES;
import static dev.zlayer.linux.Errno.EADDRINUSE;
import static dev.zlayer.linux.Errno.EADDRNOTAVAIL;
import static dev.zlayer.linux.Errno.EAFNOSUPPORT;
import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EBADF;
import static dev.zlayer.linux.Errno.EFAULT;
import static dev.zlayer.linux.Errno.EINTR;
import static dev.zlayer.linux.Errno.EINVAL;
import static dev.zlayer.linux.Errno.ENETUNREACH;
import static dev.zlayer.linux.Errno.ENODEV;
import static dev.zlayer.linux.Errno.ENOSYS;
import static dev.zlayer.linux.Errno.ENOTSOCK;
import static dev.zlayer.linux.Errno.EPERM;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A UDP socket for IPv4 and IPv6 that moves a batch of datagrams per system call.
 *
 * <p>One thread calls {@link #receive} and owns the structures of that direction. Any number of
 * threads call {@link #send}: a lock hands them the structures of the other one, held over a system
 * call that doesn't wait, or waits {@value #SEND_WAIT_MILLIS} ms when the send buffer is full.
 */
public final class UdpSocket implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 << 20;
  private static final int SEND_WAIT_MILLIS = 10;

  private final Descriptor descriptor;
  private final int family;
  private final int port;

  // Of the receiving thread.
  private final EndpointCache endpoints = new EndpointCache();
  private final LocalAddressCache localAddresses = new LocalAddressCache();
  private MessageArray incoming = new MessageArray(1);

  private final ReentrantLock sendLock = new ReentrantLock();
  // Guarded by sendLock.
  private MessageArray outgoing = new MessageArray(1);

  private UdpSocket(Descriptor descriptor, int family, int port) {
    this.descriptor = descriptor;
    this.family = family;
    this.port = port;
  }

  /**
   * Binds {@code port} on all addresses, IPv6 and IPv4; on IPv4 alone where the kernel has no IPv6.
   *
   * @param port 0 to 65535; 0 lets the kernel choose
   * @throws IllegalArgumentException for a port outside of that range
   * @throws NativeException when the port is taken (EADDRINUSE) or privileged (EACCES)
   */
  public static UdpSocket open(int port) throws NativeException {
    try {
      return open(port, LibC.AF_INET6);
    } catch (NativeException e) {
      if (e.errno() != EAFNOSUPPORT) {
        throw e;
      }
      return open(port, LibC.AF_INET);
    }
  }

  static UdpSocket open(int port, int family) throws NativeException {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
    Descriptor descriptor = Sockets.open(family, LibC.SOCK_DGRAM, 0, "UDP socket");
    try {
      if (family == LibC.AF_INET6) {
        Sockets.option(descriptor, LibC.IPPROTO_IPV6, LibC.IPV6_V6ONLY, 0);
      }
      ControlData.request(descriptor, family);
      Sockets.bufferBytes(descriptor, BUFFER_BYTES);
      int result = Sockets.bind(descriptor, family, port);
      if (result < 0) {
        throw new NativeException("bind UDP port " + port, -result, bindAdvice(port, -result));
      }
      return new UdpSocket(descriptor, family, Sockets.localPort(descriptor));
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
      return open(port); // who may not ask has no privilege to have changed namespaces either
    }
    if (fd < 0) {
      throw new NativeException("SIOCGSKNS " + descriptor.name(), -fd);
    }
    try (Descriptor namespace = new Descriptor(fd, "network namespace")) {
      return NetworkNamespace.open(namespace.path(), () -> open(port));
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
   * Waits for datagrams, then adds what is there to {@code batch} until it is full, each with its
   * sender as {@link PacketBuffer#endpoint()}, our own address and its congestion mark. Left out
   * are datagrams that don't fit their buffer's tailroom and those from port 0, which nobody can
   * answer. For one thread at a time.
   *
   * @return datagrams added, at least 1; 0 only when the wakeup was signalled
   * @throws IllegalArgumentException when the batch is full
   */
  public int receive(PacketBatch batch, Wakeup wakeup) throws NativeException {
    Descriptor.requireRoom(batch);
    try {
      while (Poll.readable(descriptor.fd(), wakeup)) {
        int received = receiveNow(batch);
        if (received > 0) {
          return received;
        }
      }
      return 0;
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
      if (outgoing.capacity() < batch.size()) {
        outgoing = new MessageArray(batch.capacity());
      }
      return transmit(stage(batch));
    } finally {
      Reference.reachabilityFence(this);
      sendLock.unlock();
    }
  }

  /** Frees the port. */
  @Override
  public void close() {
    descriptor.close();
  }

  private int receiveNow(PacketBatch batch) throws NativeException {
    if (incoming.capacity() < batch.capacity()) {
      incoming = new MessageArray(batch.capacity());
    }
    int first = batch.size();
    int offered = 0;
    while (!batch.isFull()) {
      incoming.receiveInto(offered++, batch.add());
    }
    int result = LibC.recvmmsg(descriptor.fd(), incoming.header(0), offered, LibC.MSG_DONTWAIT);
    int kept = keep(batch, first, Math.max(result, 0));
    while (batch.size() > first + kept) {
      batch.removeLast();
    }
    if (result < 0 && result != -EAGAIN && result != -EINTR) {
      throw new NativeException("recvmmsg " + descriptor.name(), -result);
    }
    return kept;
  }

  /** Gives the received packets their length and sender; closes the gap where one is left out. */
  private int keep(PacketBatch batch, int first, int received) {
    int kept = 0;
    for (int i = 0; i < received; i++) {
      if (incoming.isTruncated(i) || InetSockaddr.port(incoming.address(i)) == 0) {
        continue;
      }
      PacketBuffer packet = batch.get(first + i);
      packet.length(incoming.length(i));
      packet.endpoint(endpoints.find(incoming.address(i)));
      incoming.readControl(i, packet, localAddresses);
      if (kept < i) {
        batch.get(first + kept).copyFrom(packet);
      }
      kept++;
    }
    return kept;
  }

  private int stage(PacketBatch batch) {
    int staged = 0;
    for (int i = 0; i < batch.size(); i++) {
      PacketBuffer packet = batch.get(i);
      if (family == LibC.AF_INET6 || packet.endpoint().isIpv4()) {
        outgoing.send(staged++, packet, family);
      }
    }
    return staged;
  }

  private int transmit(int count) throws NativeException {
    int next = 0;
    int sent = 0;
    boolean waited = false;
    int flags = LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL;
    while (next < count) {
      int result = LibC.sendmmsg(descriptor.fd(), outgoing.header(next), count - next, flags);
      if (result > 0) {
        next += result;
        sent += result;
        continue;
      }
      switch (-result) {
        case EINTR -> {}
        case EAGAIN -> {
          if (waited || !Poll.writable(descriptor.fd(), SEND_WAIT_MILLIS)) {
            return sent;
          }
          waited = true;
        }
        case EBADF, EFAULT, ENOTSOCK, ENOSYS ->
            throw new NativeException("sendmmsg " + descriptor.name(), -result);
        case EINVAL, EADDRNOTAVAIL, ENETUNREACH, ENODEV -> {
          // If the address that it was to leave from is gone, another one will do.
          if (!outgoing.dropLocalAddress(next, count)) {
            next++;
          }
        }
        default -> next++; // the fault of the datagram that stands first: go on behind it
      }
    }
    return sent;
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
