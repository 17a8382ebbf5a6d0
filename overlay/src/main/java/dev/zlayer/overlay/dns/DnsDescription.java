package dev.zlayer.overlay.dns;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * The DNS of a node, running or not.
 *
 * @param enabled whether the node serves it while it runs
 * @param address where it listens
 * @param port over UDP and TCP
 * @param records all names and their addresses; none while it is disabled
 */
public record DnsDescription(
    boolean enabled, String zone, InetAddress address, int port, List<DnsRecord> records) {
  public DnsDescription {
    Objects.requireNonNull(zone);
    Objects.requireNonNull(address);
    records = List.copyOf(records);
  }
}
