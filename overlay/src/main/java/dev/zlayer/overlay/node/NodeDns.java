package dev.zlayer.overlay.node;

import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.dns.zone.HostName;
import dev.zlayer.overlay.dns.zone.ZoneNode;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeState;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DNS server that a node's state asks for. */
public final class NodeDns {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDns.class);

  private NodeDns() {}

  /** How a node in this state serves names, on which addresses and to whom; empty if it doesn't. */
  static Optional<DnsConfig> config(NodeState state) {
    MeshNode self = state.mesh().node();
    return state
        .servedNames()
        .map(config -> config.withListenAddresses(self.addresses()).withNetworks(self.networks()));
  }

  /**
   * A server with all names of the node's state, which doesn't listen yet; empty if it has none.
   */
  public static Optional<DnsServer> server(NodeState state) {
    Optional<DnsServer> server = config(state).map(DnsServer::of);
    server.ifPresent(names -> follow(names, state));
    return server;
  }

  /** Makes the server's names those of the state. */
  static void follow(DnsServer server, NodeState state) {
    DnsHandle names = server.handle();
    Set<DnsState.AddedName> wanted = state.addedNames();
    for (DnsRecord record : names.records()) {
      if (record.origin() == DnsRecord.Origin.ADDED
          && !wanted.contains(added(record, names.zone()))) {
        names.removeRecord(record.name(), record.address());
      }
    }
    for (DnsState.AddedName added : wanted) {
      try {
        names.addRecord(added.host(), added.address());
      } catch (IllegalArgumentException e) {
        LOG.warn("a DNS record is left out: {}", e.getMessage());
      }
    }
    server.setNodes(ZoneNode.of(state.mesh().node(), state.mesh().peers()));
  }

  private static DnsState.AddedName added(DnsRecord record, String zone) {
    return new DnsState.AddedName(HostName.requireHost(record.name(), zone), record.address());
  }
}
