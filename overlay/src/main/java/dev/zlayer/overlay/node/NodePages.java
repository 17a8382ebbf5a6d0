package dev.zlayer.overlay.node;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageServer;
import dev.zlayer.overlay.http.Visitors;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.metrics.MetricsPage;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pages that a node shows while it runs, to its host or to its overlay. They wait for nobody
 * who changes the node, who may wait for them to end. Not thread safe.
 */
final class NodePages implements AutoCloseable {
  private final Registry registry;
  private final Supplier<NodeStatus> status;
  private final Supplier<Optional<DnsStatistics>> dns;
  private final List<PageServer> servers = new ArrayList<>();

  /**
   * @param status the node as it is now
   * @param dns what its DNS server did; empty where it serves no names
   */
  NodePages(Registry registry, Supplier<NodeStatus> status, Supplier<Optional<DnsStatistics>> dns) {
    this.registry = registry;
    this.status = status;
    this.dns = dns;
  }

  /**
   * Shows what is asked for.
   *
   * @throws OverlayException if an address or a port can't be had; {@link #close} ends what is
   *     shown already
   */
  void serve(RunOptions options) {
    options.metrics().ifPresent(this::serveMetrics);
  }

  private void serveMetrics(InetSocketAddress address) {
    serve("metrics", address, Map.of(MetricsPage.PATH, new MetricsPage(status, dns)));
  }

  /** On an address of loopback or the node's own. */
  private void serve(String what, InetSocketAddress address, Map<String, Page> pages) {
    PageServer server = PageServer.open(what, address, visitors(address), pages);
    servers.add(server);
    server.start();
  }

  private Visitors visitors(InetSocketAddress address) {
    MeshNode self = registry.node();
    return address.getAddress().isLoopbackAddress()
        ? Visitors.ofThisHost()
        : Visitors.ofOverlay(self.networks(), name -> isInZone(name, registry.state()));
  }

  /** Names of the mesh's zone are the leader's to give out. */
  private static boolean isInZone(String name, NodeState state) {
    return name.endsWith("." + state.servedNames().orElse(state.dns().config()).zone());
  }

  @Override
  public void close() {
    servers.forEach(PageServer::close);
  }
}
