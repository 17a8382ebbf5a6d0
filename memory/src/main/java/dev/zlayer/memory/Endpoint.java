package dev.zlayer.memory;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.ToIntFunction;

/**
 * The UDP address of a peer: IP address, port and, for link-local IPv6, the interface.
 *
 * <p>The address is kept as IPv6, an IPv4 address in its mapped form (RFC 4291, section 2.5.5.2):
 * so one value serves a dual-stack socket, compares in a few instructions and needs no object per
 * packet.
 *
 * @param high the address' first 64 bits, network order read as a number
 * @param low the address' last 64 bits
 * @param scopeId interface index of a link-local IPv6 address, otherwise 0
 * @param port 1 to 65535
 */
public record Endpoint(long high, long low, int scopeId, int port) {
  private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

  public Endpoint {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
  }

  /** The endpoint at {@code address} and {@code port}. */
  public static Endpoint of(InetAddress address, int port) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      return new Endpoint(0, MAPPED_PREFIX | (bigEndian(bytes, 0, 4) & 0xffff_ffffL), 0, port);
    }
    int scopeId = address instanceof Inet6Address v6 ? v6.getScopeId() : 0;
    return new Endpoint(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8), scopeId, port);
  }

  /**
   * Parses {@code 192.0.2.1:51820}, {@code [2001:db8::1]:51820} or {@code [fe80::1%eth0]:51820};
   * host names are refused, since nothing here asks DNS. An interface's name is one of the
   * process's own network namespace.
   *
   * @throws IllegalArgumentException naming the text and the rule it breaks
   */
  public static Endpoint parse(String text) {
    return parse(text, IpText::interfaceIndex);
  }

  /**
   * As {@link #parse(String)}, with interfaces from elsewhere.
   *
   * @param interfaceIndex as in {@link IpText#parseZoned(String, ToIntFunction)}
   */
  public static Endpoint parse(String text, ToIntFunction<String> interfaceIndex) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw malformed(text);
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed != host.contains(":")) {
      throw malformed(text);
    }
    try {
      String literal = bracketed ? host.substring(1, host.length() - 1) : host;
      return of(IpText.parseZoned(literal, interfaceIndex), port(text, text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw e.getMessage().startsWith("endpoint")
          ? e
          : new IllegalArgumentException("endpoint '" + text + "': " + e.getMessage(), e);
    }
  }

  /** Whether the address is IPv4. */
  public boolean isIpv4() {
    return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED_PREFIX;
  }

  /** The address as a JDK value; allocates. */
  public InetAddress address() {
    try {
      if (isIpv4()) {
        byte[] bytes = new byte[4];
        putBigEndian(low, bytes, 0, 4);
        return Inet4Address.getByAddress(bytes);
      }
      byte[] bytes = new byte[16];
      putBigEndian(high, bytes, 0, 8);
      putBigEndian(low, bytes, 8, 8);
      return scopeId == 0
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, scopeId);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** {@code 192.0.2.1:51820} or {@code [fe80::1%2]:51820}: what {@link #parse} takes. */
  @Override
  public String toString() {
    String host = IpText.format(address());
    if (isIpv4()) {
      return host + ":" + port;
    }
    return "[" + host + (scopeId == 0 ? "" : "%" + scopeId) + "]:" + port;
  }

  private static int port(String text, String digits) {
    if (!digits.matches("[0-9]{1,5}")) {
      throw malformed(text);
    }
    return Integer.parseInt(digits);
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("endpoint '" + text + "' is not IPV4:PORT or [IPV6]:PORT");
  }

  private static long bigEndian(byte[] bytes, int offset, int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }

  private static void putBigEndian(long value, byte[] bytes, int offset, int count) {
    for (int i = 0; i < count; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * (count - 1 - i)));
    }
  }
}
