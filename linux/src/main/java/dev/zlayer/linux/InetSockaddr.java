package dev.zlayer.linux;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.RawMemory;

/**
 * Internet socket addresses in native memory: {@code sockaddr_in} and {@code sockaddr_in6}. Read
 * and written in {@link Endpoint}'s terms, so IPv4 is in its mapped form on our side.
 */
final class InetSockaddr {
  /** Room for either form. */
  static final int BYTES = 28;

  // struct sockaddr_in: u16 family @0, be16 port @2, address @4
  // struct sockaddr_in6: u16 family @0, be16 port @2, flow info @4, address @8, u32 scope @24
  private static final int IPV4_BYTES = 16;
  private static final int PORT = 2;
  private static final int IPV4_ADDRESS = 4;
  private static final int IPV6_FLOW = 4;
  private static final int IPV6_ADDRESS = 8;
  private static final int IPV6_SCOPE = 24;
  private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

  private InetSockaddr() {}

  /** Writes {@code endpoint} for a socket of {@code family}; returns the form's size in bytes. */
  static int put(long target, int family, Endpoint endpoint) {
    int bytes = put(target, family, endpoint.high(), endpoint.low(), endpoint.scopeId());
    RawMemory.putShortBigEndian(target + PORT, endpoint.port());
    return bytes;
  }

  /** Writes an address with port 0, which means "any" to bind and is a must for raw sockets. */
  static int put(long target, int family, long high, long low, int scopeId) {
    RawMemory.putShort(target, family);
    RawMemory.putShort(target + PORT, 0);
    if (family == LibC.AF_INET) {
      RawMemory.putIntBigEndian(target + IPV4_ADDRESS, (int) low);
      RawMemory.putLong(target + IPV6_ADDRESS, 0);
      return IPV4_BYTES;
    }
    RawMemory.putInt(target + IPV6_FLOW, 0);
    RawMemory.putLongBigEndian(target + IPV6_ADDRESS, high);
    RawMemory.putLongBigEndian(target + IPV6_ADDRESS + 8, low);
    RawMemory.putInt(target + IPV6_SCOPE, scopeId);
    return BYTES;
  }

  /** Changes the port of an address that was put. */
  static void putPort(long target, int port) {
    RawMemory.putShortBigEndian(target + PORT, port);
  }

  /** 0 to 65535; a datagram can come from port 0. */
  static int port(long source) {
    return RawMemory.getUnsignedShortBigEndian(source + PORT);
  }

  /** The address' first 64 bits. */
  static long high(long source) {
    return isIpv4(source) ? 0 : RawMemory.getLongBigEndian(source + IPV6_ADDRESS);
  }

  /** The address' last 64 bits. */
  static long low(long source) {
    return isIpv4(source)
        ? MAPPED_PREFIX | (RawMemory.getIntBigEndian(source + IPV4_ADDRESS) & 0xffff_ffffL)
        : RawMemory.getLongBigEndian(source + IPV6_ADDRESS + 8);
  }

  static int scopeId(long source) {
    return isIpv4(source) ? 0 : RawMemory.getInt(source + IPV6_SCOPE);
  }

  private static boolean isIpv4(long source) {
    return RawMemory.getUnsignedShort(source) == LibC.AF_INET;
  }
}
