package dev.zlayer.overlay.resolver.plan;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * The names that a node serves, and where.
 *
 * @param link the node's interface
 * @param addresses where it listens, one at least
 * @param domains its zone first, then reverse zones; without final dots
 */
public record Served(String link, List<InetAddress> addresses, int port, List<String> domains) {
  public Served {
    Objects.requireNonNull(link);
    addresses = List.copyOf(addresses);
    domains = List.copyOf(domains);
  }
}
