package dev.zlayer.overlay;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a node can be reached, as an operator writes it: a host name or an IP address, and a UDP
 * port. Nothing here asks DNS.
 *
 * @param host a DNS name in lower case, or an IP address without brackets
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) {
  private static final int MAX_NAME = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final Pattern NUMERIC = Pattern.compile("[0-9]+");

  public HostPort {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
    host = isName(host.toLowerCase(Locale.ROOT)) ? host.toLowerCase(Locale.ROOT) : literal(host);
  }

  /**
   * Parses {@code 203.0.113.5:51820}, {@code [2001:db8::5]:51820} or {@code vpn.example.org:51820}.
   *
   * @throws IllegalArgumentException naming the text and the rule it breaks
   */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (colon < 1 || bracketed != host.contains(":")) {
      throw new IllegalArgumentException(
          "endpoint '" + text + "' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT");
    }
    try {
      return new HostPort(
          bracketed ? host.substring(1, host.length() - 1) : host,
          portNumber(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("endpoint '" + text + "': " + e.getMessage(), e);
    }
  }

  /** The endpoint at {@code address} and {@code port}. */
  public static HostPort of(InetAddress address, int port) {
    return new HostPort(IpText.format(address), port);
  }

  /** The host as an address; empty when it is a name. */
  public Optional<InetAddress> address() {
    return isName(host) ? Optional.empty() : Optional.of(IpText.parse(host));
  }

  /** What {@link #parse} takes. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  private static int portNumber(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("port '" + text + "' is not a number");
    }
    return Integer.parseInt(text);
  }

  /** A name's last label is never a number, or {@code 10.0.0.300} would be one. */
  private static boolean isName(String host) {
    if (host.length() > MAX_NAME) {
      return false;
    }
    String[] labels = host.split("\\.", -1);
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return !NUMERIC.matcher(labels[labels.length - 1]).matches();
  }

  private static String literal(String host) {
    try {
      return IpText.format(IpText.parse(host));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "host '" + host + "' is neither a host name nor an IP address", e);
    }
  }
}
