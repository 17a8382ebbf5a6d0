package dev.zlayer.overlay.http;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Who may see the pages of a node, and by which names. Thread safe.
 *
 * <p>The address that a server listens on doesn't say it alone: a neighbour on the underlay can
 * send to it too.
 */
public final class Visitors {
  private static final String THIS_HOST = "localhost";

  private final Predicate<InetAddress> sources;
  private final Predicate<String> names;

  private Visitors(Predicate<InetAddress> sources, Predicate<String> names) {
    this.sources = sources;
    this.names = names;
  }

  /** Programs on this host. */
  public static Visitors ofThisHost() {
    return new Visitors(InetAddress::isLoopbackAddress, THIS_HOST::equals);
  }

  /**
   * Whoever has an address of the overlay, this node among them.
   *
   * @param names the names under which the overlay knows this node, in lower case
   */
  public static Visitors ofOverlay(List<Cidr> networks, Predicate<String> names) {
    return new Visitors(
        source -> networks.stream().anyMatch(network -> network.contains(source)), names);
  }

  boolean include(InetAddress source) {
    return sources.test(source);
  }

  /**
   * Whether a request to {@code host} is meant for us. A name of somebody else's that leads to our
   * address is how a foreign page in a browser would read ours (DNS rebinding); an address is no
   * such name.
   */
  boolean mayCall(String host) {
    return isAddress(host) || names.test(host.toLowerCase(Locale.ROOT));
  }

  private static boolean isAddress(String host) {
    try {
      IpText.parse(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
