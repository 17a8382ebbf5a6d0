package dev.zlayer.memory;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/**
 * IP addresses as text: strict to read, canonical to write (RFC 5952). The JDK reads {@code 10.200}
 * as 10.0.0.200, turns IPv4-mapped IPv6 into IPv4 and writes {@code fd00:0:0:0:0:0:0:1}; operators
 * expect none of it.
 */
public final class IpText {
  private static final int GROUPS = 8;
  private static final int IPV6_BYTES = 16;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private IpText() {}

  /**
   * Parses {@code 10.200.0.1} or {@code fd00:200::1}; asks no DNS. Brackets, zones, IPv4 with fewer
   * than four numbers or leading zeros, and IPv4-mapped IPv6 are refused.
   *
   * @throws IllegalArgumentException naming the text
   */
  public static InetAddress parse(String text) {
    boolean ipv6 = IPV6.matcher(text).matches();
    if (!ipv6 && !IPV4.matcher(text).matches()) {
      throw malformed(text);
    }
    return literal(text, ipv6);
  }

  /**
   * As {@link #parse}, but IPv6 may have a zone: {@code fe80::1%2} or {@code fe80::1%eth0}.
   *
   * @param interfaceIndex the index of the interface with a name; 0 or an {@link
   *     IllegalArgumentException} if there is none
   * @throws IllegalArgumentException naming the text, also when there is no such interface
   */
  public static InetAddress parseZoned(String text, ToIntFunction<String> interfaceIndex) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      return parse(text);
    }
    try {
      byte[] address = parse(text.substring(0, percent)).getAddress();
      String zone = text.substring(percent + 1);
      int index =
          NUMBER.matcher(zone).matches() ? Integer.parseInt(zone) : interfaceIndex.applyAsInt(zone);
      if (address.length == IPV6_BYTES && index > 0) {
        return Inet6Address.getByAddress(null, address, index);
      }
    } catch (IllegalArgumentException | UnknownHostException e) {
      // told below, with the whole text
    }
    throw malformed(text);
  }

  /**
   * As {@link #parseZoned(String, ToIntFunction)} with the process's own network namespace, as far
   * as its interfaces have addresses.
   */
  public static InetAddress parseZoned(String text) {
    return parseZoned(text, IpText::interfaceIndex);
  }

  /** The index of an interface that has addresses in the process's own network namespace, or 0. */
  static int interfaceIndex(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null ? 0 : found.getIndex();
    } catch (SocketException e) {
      return 0;
    }
  }

  /** The address as {@link #parse} takes it: IPv6 in lower case, zeros compressed, no zone. */
  public static String format(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address.getHostAddress() : formatIpv6(bytes);
  }

  private static InetAddress literal(String text, boolean ipv6) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw malformed(text);
    }
    if (address instanceof Inet6Address != ipv6) {
      throw malformed(text);
    }
    return address;
  }

  private static String formatIpv6(byte[] bytes) {
    String[] groups = new String[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = Integer.toHexString((bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff));
    }
    int gapEnd = 0;
    int gapLength = 1;
    int zeros = 0;
    for (int i = 0; i < GROUPS; i++) {
      zeros = groups[i].equals("0") ? zeros + 1 : 0;
      if (zeros > gapLength) {
        gapLength = zeros;
        gapEnd = i + 1;
      }
    }
    return gapEnd == 0
        ? String.join(":", groups)
        : joined(groups, 0, gapEnd - gapLength) + "::" + joined(groups, gapEnd, GROUPS);
  }

  private static String joined(String[] groups, int from, int to) {
    return String.join(":", Arrays.copyOfRange(groups, from, to));
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException("'" + text + "' is not an IP address");
  }
}
