package dev.zlayer.memory;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * IP addresses as text: strict to read, canonical to write (RFC 5952). The JDK reads {@code 10.200}
 * as 10.0.0.200 and writes {@code fd00:0:0:0:0:0:0:1}; operators expect neither.
 */
public final class IpText {
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?");

  private IpText() {}

  /**
   * Parses an IPv4 address of four decimal numbers or an IPv6 address; asks no DNS.
   *
   * @throws IllegalArgumentException naming the text
   */
  public static InetAddress parse(String text) {
    if (IPV4.matcher(text).matches() || IPV6.matcher(text).matches()) {
      try {
        return InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("'" + text + "' is not an IP address", e);
      }
    }
    throw new IllegalArgumentException("'" + text + "' is not an IP address");
  }

  /** The address as people write it: {@code 10.200.0.1} or {@code fd00:200::1}. */
  public static String format(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    String full = address.getHostAddress();
    int percent = full.indexOf('%');
    String scope = percent < 0 ? "" : full.substring(percent);
    String[] groups = (percent < 0 ? full : full.substring(0, percent)).split(":");
    int start = -1;
    int length = 1;
    for (int i = 0; i < groups.length; i++) {
      int zeros = 0;
      while (i + zeros < groups.length && groups[i + zeros].equals("0")) {
        zeros++;
      }
      if (zeros > length) {
        start = i;
        length = zeros;
      }
      i += Math.max(0, zeros - 1);
    }
    if (start < 0) {
      return String.join(":", groups) + scope;
    }
    return String.join(":", Arrays.copyOfRange(groups, 0, start))
        + "::"
        + String.join(":", Arrays.copyOfRange(groups, start + length, groups.length))
        + scope;
  }
}
