package dev.zlayer.overlay.node;

import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.dns.zone.ZoneNode;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DNS server that a node's state asks for. */
public final class NodeDns {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDns.class);

  private NodeDns() {}

  /** A server with all names of the node's state, which doesn't listen yet. */
  public static DnsServer server(NodeState state) {
    MeshNode self = state.mesh().node();
    DnsConfig config =
        state.dns().config().withListenAddresses(self.addresses()).withNetworks(self.networks());
    DnsServer server = DnsServer.of(config);
    for (DnsState.AddedName added : state.dns().added()) {
      try {
        server.handle().addRecord(added.host(), added.address());
      } catch (IllegalArgumentException e) {
        LOG.warn("a DNS record is left out: {}", e.getMessage());
      }
    }
    follow(server, state.mesh());
    return server;
  }

  /** Gives the nodes of the mesh their names. */
  static void follow(DnsServer server, MeshSnapshot mesh) {
    server.setNodes(ZoneNode.of(mesh.node(), mesh.peers()));
  }
}
