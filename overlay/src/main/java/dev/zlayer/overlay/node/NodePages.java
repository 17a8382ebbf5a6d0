package dev.zlayer.overlay.node;

import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.dashboard.Dashboard;
import dev.zlayer.overlay.dashboard.MeshFacts;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageServer;
import dev.zlayer.overlay.http.Visitors;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.metrics.MetricsPage;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.lang.module.ModuleDescriptor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The pages that a node shows while it runs, to its host or to its overlay; those that are asked
 * for. They wait for nobody who changes the node, who may wait for them to end. {@link #changed} is
 * for any thread, the rest for one.
 */
final class NodePages implements AutoCloseable {
  private final Registry registry;
  private final Supplier<NodeStatus> status;
  private final Supplier<Optional<DnsServer>> dns;
  private final RunOptions options;

  /** Asked without lambdas, which would load its class where there is none. */
  private final Optional<Dashboard> dashboard;

  private final List<PageServer> servers = new ArrayList<>();
  private Optional<DashboardClock> clock = Optional.empty(); // asked in the same way

  /** Pages by their paths, and what they are for messages. */
  private record Offer(String what, Map<String, Page> pages) {
    Offer and(Offer other) {
      Map<String, Page> both = new HashMap<>(pages);
      both.putAll(other.pages);
      return new Offer(what + " and " + other.what, both);
    }
  }

  /**
   * @param status the node as it is now
   * @param dns its DNS server; empty where it serves no names
   */
  NodePages(
      Registry registry,
      Supplier<NodeStatus> status,
      Supplier<Optional<DnsServer>> dns,
      RunOptions options) {
    this.registry = registry;
    this.status = status;
    this.dns = dns;
    this.options = options;
    this.dashboard =
        options.dashboard().isPresent()
            ? Optional.of(new Dashboard(version(), this::facts, InstantSource.system()))
            : Optional.empty();
  }

  /**
   * Shows what is asked for; what has the same address is shown by one server.
   *
   * @throws OverlayException if an address or a port can't be had; {@link #close} ends what is
   *     shown already
   */
  void serve() {
    Map<InetSocketAddress, Offer> offers = new LinkedHashMap<>();
    options.metrics().ifPresent(address -> offers.merge(address, metrics(), Offer::and));
    options
        .dashboard()
        .ifPresent(address ->
            offers.merge(
                address, new Offer("dashboard", dashboard.orElseThrow().pages()), Offer::and));
    offers.forEach(this::serve);
    if (dashboard.isPresent()) {
      clock = Optional.of(DashboardClock.start(dashboard.get()));
    }
  }

  /** Where a browser finds the dashboard; empty where there is none. */
  Optional<URI> dashboardUrl() {
    return options
        .dashboard()
        .map(place -> HostPort.of(place.getAddress(), place.getPort()))
        .map(place -> URI.create("http://" + place + "/"));
  }

  /** The verdict on a peer has changed. */
  void changed(PeerHealth peer) {
    if (dashboard.isPresent()) {
      dashboard.get().changed(peer);
    }
  }

  private Offer metrics() {
    MetricsPage page =
        new MetricsPage(version(), status, () -> dns.get().map(DnsServer::statistics));
    return new Offer("metrics", Map.of(MetricsPage.PATH, page));
  }

  private MeshFacts facts() {
    Optional<DnsHandle> names = dns.get().map(DnsServer::handle);
    return new MeshFacts(
        status.get(),
        registry.node(),
        names.map(DnsHandle::zone),
        names.map(DnsHandle::records).orElse(List.of()),
        options.healthInterval());
  }

  private static String version() {
    return Optional.ofNullable(NodePages.class.getModule().getDescriptor())
        .flatMap(ModuleDescriptor::rawVersion)
        .orElse("unknown");
  }

  /** On an address of loopback or the node's own. */
  private void serve(InetSocketAddress address, Offer offer) {
    PageServer server = PageServer.open(offer.what(), address, visitors(address), offer.pages());
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
    return name.endsWith("." + state.names().zone());
  }

  @Override
  public void close() {
    if (clock.isPresent()) {
      clock.get().close();
    }
    servers.forEach(PageServer::close);
  }
}
