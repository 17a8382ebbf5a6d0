package dev.zlayer.overlay;

import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsRecord;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node's names, which outlive its process. */
final class DurableNames implements DnsHandle {
  private final OverlayBootstrap node;

  DurableNames(OverlayBootstrap node) {
    this.node = node;
  }

  @Override
  public String zone() {
    return node.dnsConfig().zone();
  }

  @Override
  public boolean addRecord(String name, InetAddress address) {
    return node.addDnsRecord(name, address);
  }

  @Override
  public boolean removeRecord(String name) {
    return node.removeDnsRecord(name, Optional.empty());
  }

  @Override
  public boolean removeRecord(String name, InetAddress address) {
    return node.removeDnsRecord(name, Optional.of(address));
  }

  @Override
  public List<DnsRecord> records() {
    return node.dns().records();
  }

  @Override
  public void withdraw(Set<InetAddress> down) {
    node.withdrawNames(down);
  }
}
