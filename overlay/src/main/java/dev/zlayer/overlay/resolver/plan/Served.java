package dev.zlayer.overlay.resolver.plan;

import java.net.InetAddress;
import java.util.List;

/**
 * The names that a node serves, and where.
 *
 * @param link the node's interface
 * @param addresses where it listens, one at least
 * @param domains its zone first, then reverse zones; without final dots
 */
public record Served(String link, List<InetAddress> addresses, int port, List<String> domains) {
  public Served {
    if (link.startsWith("-")) {
      throw new IllegalArgumentException("'" + link + "' would be taken for an option");
    }
    addresses = List.copyOf(addresses);
    domains = List.copyOf(domains);
  }
}
