package dev.zlayer.overlay;

import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.dns.zone.HostName;
import dev.zlayer.overlay.node.NodeDns;
import dev.zlayer.overlay.node.RunningNode;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node's names, which outlive its process: what is added is on the disk and served at once where
 * the node runs. Everything happens under the node's own monitor.
 */
final class DurableNames implements DnsHandle {
  private final OverlayBootstrap node;
  private final Registry registry;

  DurableNames(OverlayBootstrap node, Registry registry) {
    this.node = node;
    this.registry = registry;
  }

  @Override
  public String zone() {
    return node.dnsConfig().zone();
  }

  @Override
  public boolean addRecord(String name, InetAddress address) {
    synchronized (node) {
      requireOwnNames();
      DnsHandle served = served();
      if (!served.addRecord(name, address)) {
        return false;
      }
      try {
        registry.changeDns(state -> state.plus(host(name), address));
      } catch (RuntimeException e) {
        served.removeRecord(name, address);
        throw e;
      }
      node.running().ifPresent(RunningNode::namesChanged);
      return true;
    }
  }

  @Override
  public boolean removeRecord(String name) {
    return remove(name, Optional.empty());
  }

  @Override
  public boolean removeRecord(String name, InetAddress address) {
    return remove(name, Optional.of(address));
  }

  /** Removes one address under a name, or all that were added. */
  boolean remove(String name, Optional<InetAddress> address) {
    synchronized (node) {
      requireOwnNames();
      DnsHandle served = served();
      String host = host(name);
      DnsState before = registry.state().dns();
      registry.changeDns(state -> state.minus(host, address));
      address.ifPresentOrElse(
          one -> served.removeRecord(name, one), () -> served.removeRecord(name));
      node.running().ifPresent(RunningNode::namesChanged);
      return !before.equals(registry.state().dns());
    }
  }

  @Override
  public List<DnsRecord> records() {
    synchronized (node) {
      return served().records();
    }
  }

  /** What is served, or would be. */
  DnsDescription describe() {
    synchronized (node) {
      NodeState state = registry.state();
      DnsConfig config = state.names();
      boolean enabled = state.servedNames().isPresent();
      return new DnsDescription(
          enabled,
          config.zone(),
          state.mesh().node().addresses(),
          config.port(),
          enabled ? records() : List.of());
    }
  }

  @Override
  public void withdraw(Set<InetAddress> down) {
    synchronized (node) {
      node.running().flatMap(RunningNode::dns).ifPresent(served -> served.withdraw(down));
    }
  }

  /** Records travel with the map: what is added on a worker would be there only. */
  private void requireOwnNames() {
    node.requireOpen();
    if (registry.state().followed().isPresent()) {
      throw new OverlayException(
          "this node is a worker and serves the leader's names: change them on the leader");
    }
  }

  private String host(String name) {
    return HostName.requireHost(name, zone());
  }

  /** The names as they are served now, or would be. */
  private DnsHandle served() {
    return node.running()
        .flatMap(RunningNode::dns)
        .or(() -> NodeDns.server(registry.state()).map(DnsServer::handle))
        .orElseThrow(() ->
            new OverlayException(
                "this node serves no DNS: stop it and start it with up --dns-zone"));
  }
}
