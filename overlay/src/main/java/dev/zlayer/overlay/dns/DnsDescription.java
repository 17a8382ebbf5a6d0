package dev.zlayer.overlay.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * The DNS of a node, running or not.
 *
 * @param enabled whether the node serves it while it runs
 * @param addresses where it listens, one at least
 * @param port over UDP and TCP
 * @param records all names and their addresses; none while it is disabled
 */
public record DnsDescription(
    boolean enabled, String zone, List<InetAddress> addresses, int port, List<DnsRecord> records) {
  public DnsDescription {
    Objects.requireNonNull(zone);
    addresses = List.copyOf(addresses);
    records = List.copyOf(records);
  }
}
