package dev.zlayer.linux;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A raw socket that pings. For one thread at a time, and a platform thread: waiting for the reply
 * happens in a native call.
 */
public final class IcmpSocket implements AutoCloseable {
  /** The most payload bytes of an echo request. */
  public static final int MAX_PAYLOAD_BYTES = 1024;

  private static final int MAX_IP_HEADER_BYTES = 60;
  private static final int SOL_RAW = 255;
  private static final int ICMP_FILTER = 1;
  private static final int ICMPV6_FILTER = 1;
  private static final int ICMP_REPLY = 0;
  private static final int ICMPV6_REPLY = 129;
  private static final int ICMPV6_FILTER_BYTES = 32;

  private final Descriptor descriptor;
  private final boolean ipv6;
  // Only tells our replies from those to other programs: nothing rests on it being hard to guess.
  private final int identifier = ThreadLocalRandom.current().nextInt(1 << 16);
  private int sequence;

  private IcmpSocket(Descriptor descriptor, boolean ipv6) {
    this.descriptor = descriptor;
    this.ipv6 = ipv6;
  }

  /**
   * Opens a socket that pings addresses of one family, {@link StandardProtocolFamily#INET} or
   * {@link StandardProtocolFamily#INET6}.
   *
   * @throws IllegalArgumentException for another family
   * @throws NativeException without CAP_NET_RAW (EPERM), or for a family that the kernel lacks
   */
  public static IcmpSocket open(ProtocolFamily family) throws NativeException {
    if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
      throw new IllegalArgumentException("protocol family " + family + " has no echo request");
    }
    boolean ipv6 = family == StandardProtocolFamily.INET6;
    Descriptor descriptor =
        ipv6
            ? Sockets.open(LibC.AF_INET6, LibC.SOCK_RAW, LibC.IPPROTO_ICMPV6, "ICMPv6 socket")
            : Sockets.open(LibC.AF_INET, LibC.SOCK_RAW, LibC.IPPROTO_ICMP, "ICMP socket");
    try {
      letRepliesPass(descriptor, ipv6);
      return new IcmpSocket(descriptor, ipv6);
    } catch (NativeException | RuntimeException e) {
      descriptor.close();
      throw e;
    }
  }

  /** Sends one echo request without payload; see {@link #echo(InetAddress, byte[], Duration)}. */
  public Optional<Duration> echo(InetAddress target, Duration timeout) throws NativeException {
    return echo(target, new byte[0], timeout);
  }

  /**
   * Sends one echo request and waits for its reply: from {@code target}, with the same identifier,
   * sequence number and payload.
   *
   * @param payload at most {@value #MAX_PAYLOAD_BYTES} bytes
   * @return the round-trip time, or empty when no reply came within {@code timeout}
   * @throws IllegalArgumentException for a target of the other family, a payload too long, or a
   *     timeout that isn't positive
   * @throws NativeException when the request can't be sent (ENETUNREACH, EHOSTUNREACH, ...)
   */
  public Optional<Duration> echo(InetAddress target, byte[] payload, Duration timeout)
      throws NativeException {
    requireEcho(target, payload, timeout);
    sequence = (sequence + 1) & 0xffff;
    EchoMessage message = new EchoMessage(ipv6, identifier, sequence, payload);
    // The address alone counts; raw sockets have no ports.
    Endpoint peer = Endpoint.of(target, 1);
    try (Arena arena = Arena.ofConfined()) {
      long start = System.nanoTime();
      send(arena, message.request(), peer);
      return awaitReply(arena, message, peer, start, timeout.toNanos());
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  private void requireEcho(InetAddress target, byte[] payload, Duration timeout) {
    if (target instanceof Inet6Address != ipv6) {
      throw new IllegalArgumentException(
          target.getHostAddress() + " is no address for an " + descriptor.name());
    }
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "payload of " + payload.length + " bytes is longer than " + MAX_PAYLOAD_BYTES);
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not positive");
    }
  }

  private void send(Arena arena, byte[] request, Endpoint peer) throws NativeException {
    int family = ipv6 ? LibC.AF_INET6 : LibC.AF_INET;
    long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
    int addressBytes = InetSockaddr.put(address, family, peer.high(), peer.low(), peer.scopeId());
    long buffer = RawMemory.allocate(arena, request.length);
    RawMemory.copy(request, 0, buffer, request.length);
    int result = LibC.sendto(descriptor.fd(), buffer, request.length, 0, address, addressBytes);
    if (result < 0) {
      throw new NativeException(
          "echo request to " + peer.address().getHostAddress(), -result, sendAdvice(-result));
    }
  }

  private Optional<Duration> awaitReply(
      Arena arena, EchoMessage message, Endpoint peer, long start, long timeoutNanos)
      throws NativeException {
    int capacity = MAX_IP_HEADER_BYTES + EchoMessage.HEADER_BYTES + MAX_PAYLOAD_BYTES;
    long buffer = RawMemory.allocate(arena, capacity);
    long address = RawMemory.allocate(arena, InetSockaddr.BYTES);
    long addressBytes = RawMemory.allocate(arena, Integer.BYTES);
    while (true) {
      long elapsed = System.nanoTime() - start;
      if (elapsed >= timeoutNanos) {
        return Optional.empty();
      }
      if (!Poll.readable(descriptor.fd(), ceilMillis(timeoutNanos - elapsed))) {
        continue;
      }
      RawMemory.putInt(addressBytes, InetSockaddr.BYTES);
      int result =
          LibC.recvfrom(
              descriptor.fd(), buffer, capacity, LibC.MSG_DONTWAIT, address, addressBytes);
      long now = System.nanoTime();
      if (result >= 0 && isFrom(peer, address) && message.isAnsweredBy(bytes(buffer, result))) {
        return Optional.of(Duration.ofNanos(now - start));
      }
      if (result < 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
        throw new NativeException("receive on " + descriptor.name(), -result);
      }
    }
  }

  private static boolean isFrom(Endpoint peer, long address) {
    return InetSockaddr.high(address) == peer.high() && InetSockaddr.low(address) == peer.low();
  }

  private static byte[] bytes(long buffer, int length) {
    byte[] copy = new byte[length];
    RawMemory.copy(buffer, copy, 0, length);
    return copy;
  }

  private static int ceilMillis(long nanos) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(nanos, 1_000_000));
  }

  /** The socket would get a copy of all ICMP of the host; in the filter a 1 keeps a type out. */
  private static void letRepliesPass(Descriptor descriptor, boolean ipv6) throws NativeException {
    if (!ipv6) {
      Sockets.option(descriptor, SOL_RAW, ICMP_FILTER, ~(1 << ICMP_REPLY));
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      long filter = RawMemory.allocate(arena, ICMPV6_FILTER_BYTES);
      RawMemory.fill(filter, ICMPV6_FILTER_BYTES, 0xff);
      long word = filter + ICMPV6_REPLY / Integer.SIZE * Integer.BYTES;
      RawMemory.putInt(word, ~(1 << ICMPV6_REPLY % Integer.SIZE));
      int result =
          LibC.setsockopt(
              descriptor.fd(), LibC.IPPROTO_ICMPV6, ICMPV6_FILTER, filter, ICMPV6_FILTER_BYTES);
      if (result < 0) {
        throw new NativeException("ICMP6_FILTER on " + descriptor.name(), -result);
      }
    }
  }

  private static String sendAdvice(int errno) {
    return switch (errno) {
      case Errno.ENETUNREACH, Errno.EHOSTUNREACH -> "there is no route to it";
      case Errno.EDESTADDRREQ, Errno.ENOKEY -> "the tunnel has no peer or endpoint for it";
      case Errno.EPERM -> "a firewall refuses it";
      default -> "";
    };
  }
}
