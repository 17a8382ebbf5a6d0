package dev.zlayer.overlay.ipam;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IP addresses as text: one spelling in, one spelling out.
 *
 * <p>Stricter than {@link InetAddress#ofLiteral}, which takes {@code 10.1} for {@code 10.0.0.1} and
 * turns IPv4-mapped IPv6 addresses into IPv4; and shorter than {@link InetAddress#getHostAddress},
 * which never compresses zeros. Nothing here asks DNS.
 */
public final class IpLiteral {
  private static final String OCTET = "(0|[1-9][0-9]{0,2})";
  private static final Pattern IPV4 =
      Pattern.compile(OCTET + "\\." + OCTET + "\\." + OCTET + "\\." + OCTET);
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]+");

  private IpLiteral() {}

  /**
   * Parses {@code 10.200.0.1} or {@code fd00:200::1}; host names, brackets, zones, IPv4 with fewer
   * than four octets or leading zeros, and IPv4-mapped IPv6 are refused.
   *
   * @throws IllegalArgumentException naming the text
   */
  public static InetAddress parse(String text) {
    InetAddress address = text.contains(":") ? parseIpv6(text) : parseIpv4(text);
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is not an IP address");
    }
    return address;
  }

  /** The address as {@link #parse} takes it; IPv6 as in RFC 5952: lower case, zeros compressed. */
  public static String format(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? address.getHostAddress() : formatIpv6(bytes);
  }

  private static InetAddress parseIpv4(String text) {
    Matcher matcher = IPV4.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      int octet = Integer.parseInt(matcher.group(i + 1));
      if (octet > 255) {
        return null;
      }
      bytes[i] = (byte) octet;
    }
    return of(bytes);
  }

  private static InetAddress parseIpv6(String text) {
    if (!IPV6_CHARACTERS.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text) instanceof Inet6Address address ? address : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String formatIpv6(byte[] bytes) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int gap = longestZeroRun(groups);
    int gapEnd = gap;
    while (gap >= 0 && gapEnd < 8 && groups[gapEnd] == 0) {
      gapEnd++;
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i = gapEnd - 1;
      } else {
        text.append(i == 0 || i == gapEnd ? "" : ":").append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  /** Where the first of the longest runs of at least two zero groups starts, or -1. */
  private static int longestZeroRun(int[] groups) {
    int best = -1;
    int bestLength = 1;
    int length = 0;
    for (int i = 0; i < groups.length; i++) {
      length = groups[i] == 0 ? length + 1 : 0;
      if (length > bestLength) {
        best = i - length + 1;
        bestLength = length;
      }
    }
    return best;
  }

  /** The address of 4 or 16 bytes; 16 bytes stay IPv6 even in the IPv4-mapped range. */
  static InetAddress of(byte[] bytes) {
    try {
      return bytes.length == 4
          ? Inet4Address.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }
}
