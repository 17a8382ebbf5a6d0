package dev.zlayer.overlay.node;

import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageServer;
import dev.zlayer.overlay.http.Visitors;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetSocketAddress;
import java.util.Map;

/** The server that shows a node's pages, to its host or to its overlay. */
final class NodePages {
  private NodePages() {}

  /** Listens on an address of loopback or the node's own. */
  static PageServer open(
      String what, InetSocketAddress address, Registry registry, Map<String, Page> pages) {
    MeshNode self = registry.node();
    Visitors visitors =
        address.getAddress().isLoopbackAddress()
            ? Visitors.ofThisHost()
            : Visitors.ofOverlay(self.networks(), name -> isInZone(name, registry.state()));
    return PageServer.open(what, address, visitors, pages);
  }

  /** Names of the mesh's zone are the leader's to give out. */
  private static boolean isInZone(String name, NodeState state) {
    return name.endsWith("." + state.servedNames().orElse(state.dns().config()).zone());
  }
}
