package dev.zlayer.overlay;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a node shows what there is to see of it: to programs on its host or to the overlay, never
 * to the network beneath.
 *
 * @param address of loopback or the node's own in the overlay; empty for the latter, whichever it
 *     is
 * @param port TCP, 1 to 65535
 */
public record WebAddress(Optional<InetAddress> address, int port) {
  /** Where metrics are, unless told otherwise. */
  public static final int DEFAULT_PORT = 15380;

  /** Where the dashboard is, unless told otherwise. */
  public static final int DASHBOARD_PORT = 15381;

  /** 127.0.0.1, on the default port. */
  public static final WebAddress LOOPBACK =
      new WebAddress(Optional.of(IpText.parse("127.0.0.1")), DEFAULT_PORT);

  /** The node's overlay address, on the default port. */
  public static final WebAddress OVERLAY = new WebAddress(Optional.empty(), DEFAULT_PORT);

  public WebAddress {
    Objects.requireNonNull(address);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not in 1..65535");
    }
  }

  /**
   * Parses {@code loopback}, {@code overlay}, one of them with {@code :PORT}, {@code
   * 127.0.0.1:15380} or {@code [fd00:200::1]:15380}.
   *
   * @throws IllegalArgumentException naming the text and the rule that it breaks
   */
  public static WebAddress parse(String text) {
    return parse(text, DEFAULT_PORT);
  }

  /**
   * The same with another default port.
   *
   * @param defaultPort 1 to 65535
   */
  public static WebAddress parse(String text, int defaultPort) {
    return switch (text) {
      case "loopback" -> LOOPBACK.withPort(defaultPort);
      case "overlay" -> OVERLAY.withPort(defaultPort);
      default -> parsed(text);
    };
  }

  private static WebAddress parsed(String text) {
    IllegalArgumentException refusal =
        new IllegalArgumentException(
            "'"
                + text
                + "' is none of loopback, overlay, loopback:PORT, overlay:PORT, IPV4:PORT and"
                + " [IPV6]:PORT");
    HostPort place;
    try {
      place = HostPort.parse(text);
    } catch (IllegalArgumentException e) {
      refusal.initCause(e);
      throw refusal;
    }
    if (place.address().isPresent()) {
      return new WebAddress(place.address(), place.port());
    }
    return switch (place.host()) {
      case "loopback" -> LOOPBACK.withPort(place.port());
      case "overlay" -> OVERLAY.withPort(place.port());
      default -> throw refusal;
    };
  }

  /**
   * The same address with another port.
   *
   * @param value 1 to 65535
   */
  public WebAddress withPort(int value) {
    return new WebAddress(address, value);
  }

  /**
   * Where that is on {@code node}.
   *
   * @throws IllegalArgumentException if the address is neither of loopback nor the node's own
   */
  public InetSocketAddress on(NodeDescription node) {
    InetAddress where = address.orElse(node.nodeIp());
    boolean isOwn =
        where.equals(node.nodeIp()) || node.nodeIpV6().filter(where::equals).isPresent();
    if (!isOwn && !where.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          ("'%s' is neither on loopback nor on this node's own address in the overlay (%s):"
                  + " strangers could connect to it")
              .formatted(this, IpText.format(node.nodeIp())));
    }
    return new InetSocketAddress(where, port);
  }

  /** What {@link #parse} takes. */
  @Override
  public String toString() {
    return address.map(where -> HostPort.of(where, port).toString()).orElse("overlay:" + port);
  }
}
