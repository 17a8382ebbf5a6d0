package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceStatus;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.control.ControlSocket;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.health.HealthThresholds;
import dev.zlayer.overlay.health.OverlayHealthChecker;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.resolver.NameIntegration;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What exists of a node only while it runs, and is gone when it is closed. Thread safe.
 *
 * <p>The peers that it has are those of the registry: {@link #reconcile} makes it so after each
 * change. A virtual thread looks for peers that don't answer and keeps what was learned of the
 * others.
 */
public final class RunningNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

  private final Registry registry;
  private final NodeLink link;
  private final Instant startedAt = Instant.now();
  private final InterfacePeers peers;
  private final PeerSearch search;
  private final OverlayHealthChecker health;
  private final Optional<Leadership> leadership;
  private final Optional<MapWatch> mapWatch;
  private final ServedNames names;
  private final NodeConditions conditions;
  private final NodePages pages;

  /** Opened last, and seen by {@link #start}'s thread and those that get this node from it. */
  private Optional<ControlSocket> control = Optional.empty();

  private RunningNode(
      DataDirectory directory,
      Registry registry,
      NodeLink link,
      Supplier<NodeDescription> description,
      RunOptions options) {
    Device device = link.device();
    this.registry = registry;
    this.link = link;
    this.names =
        new ServedNames(registry, new NameIntegration(options.resolver(), link.name(), directory));
    this.mapWatch = MapWatch.of(registry, this::reconcile, options.mapTimeToLive());
    this.peers =
        new InterfacePeers(device, registry, () -> mapWatch.map(MapWatch::isTrusted).orElse(true));
    this.search = new PeerSearch(device, registry, peers);
    this.health = healthChecker(options);
    this.leadership =
        registry.node().leader()
            ? Optional.of(Leadership.open(device, registry, this::reconcile))
            : Optional.empty();
    this.conditions = new NodeConditions(link, registry, directory.path(), mapWatch, health, names);
    this.pages = new NodePages(registry, () -> status(description.get()), names::server, options);
  }

  private OverlayHealthChecker healthChecker(RunOptions options) {
    OverlayHealthChecker checker =
        new OverlayHealthChecker(
                link.name(),
                options.healthInterval(),
                HealthThresholds.DEFAULT,
                link.uapi().path().toAbsolutePath().getParent())
            .ignoring(key -> registry.invite(key).isPresent())
            .lookingAtDown(link.device()::peer);
    // A dashboard is to show the round trips of busy links too.
    return options.dashboard().isPresent() ? checker.pingingAll() : checker;
  }

  /**
   * Makes the interface, its peers and its sockets.
   *
   * @param administration what the control socket offers
   * @throws OverlayException naming what is in the way; nothing is left of the attempt
   */
  public static RunningNode start(
      DataDirectory directory,
      Registry registry,
      Administration administration,
      RunOptions options) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      NodeLink link = NodeLink.open(registry.state(), directory.path());
      opened.push(link);
      RunningNode node = new RunningNode(directory, registry, link, administration::node, options);
      opened.clear();
      opened.push(node);
      node.start();
      node.pages.serve();
      // Whoever can connect to it finds a node that is up.
      ControlSocket control = ControlSocket.open(directory.controlSocket(), administration);
      node.control = Optional.of(control);
      control.serve();
      return node;
    } catch (IOException | RuntimeException e) {
      opened.forEach(RunningNode::closeQuietly);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new OverlayException(e.getMessage(), e);
    }
  }

  /** Completes when the device has ended, exceptionally if its interface was taken away. */
  public CompletionStage<Void> deviceEnded() {
    return link.device().ended();
  }

  /** As {@link Device#responds}. */
  public boolean responds(Duration limit) throws InterruptedException {
    return link.device().responds(limit);
  }

  private void start() {
    // Traffic first: names may take a while.
    peers.reconcile();
    names.start();
    names.changed();
    search.start();
    health.run(this::tell);
    leadership.ifPresent(Leadership::start);
    mapWatch.ifPresent(MapWatch::start);
    conditions.start();
  }

  /** Makes interface, names and, on a leader, the map what the registry says. */
  public void reconcile() {
    peers.reconcile();
    if (!registry.node().leader()) {
      names.followMap();
    }
    namesChanged();
    search.wake();
  }

  /** Serves the names as they are now, and on a leader tells the members. */
  public void namesChanged() {
    names.changed();
    leadership.ifPresent(Leadership::publish);
  }

  /** Has the leader remove this worker, which is no member any more on return. */
  public void leave() {
    Departure.ask(registry);
  }

  /** The names that it serves; empty if it serves none. */
  public Optional<DnsHandle> dns() {
    return names.server().map(DnsServer::handle);
  }

  /** The node as it is now; {@code node} describes it. */
  public NodeStatus status(NodeDescription node) {
    DeviceStatus status = link.device().status();
    Map<PublicKey, PeerStatus> byKey = status.peersByKey();
    List<NodeStatus.Peer> peers =
        registry.peers().stream()
            .filter(peer -> byKey.containsKey(peer.publicKey()))
            .map(peer -> peer(peer, byKey.get(peer.publicKey())))
            .toList();
    return new NodeStatus(
        node,
        ProcessHandle.current().pid(),
        startedAt,
        status.mtu(),
        link.uapi().path(),
        status.crypto(),
        peers,
        status.drops(),
        mapWatch.map(MapWatch::status),
        names.resolution(),
        pages.dashboardUrl(),
        conditions.now());
  }

  /**
   * Keeps what was learned and takes everything away. The control socket goes last: whoever sees it
   * gone knows that nothing is left.
   */
  @Override
  public void close() {
    pages.close();
    conditions.close();
    health.close();
    mapWatch.ifPresent(MapWatch::close);
    leadership.ifPresent(Leadership::close);
    try {
      search.close();
    } finally {
      names.close();
      link.close();
      control.ifPresent(ControlSocket::close);
    }
  }

  private void tell(PeerHealth peer) {
    String name =
        registry.peer(peer.publicKey()).map(PeerConfig::nodeId).orElse(peer.publicKey().toString());
    LOG.info("{}: peer {} is {}", link.name(), name, peer.healthy() ? "UP" : "DOWN");
    names.follow(peer.publicKey(), peer.healthy());
    pages.changed(peer);
  }

  private NodeStatus.Peer peer(PeerConfig config, PeerStatus status) {
    return new NodeStatus.Peer(
        config,
        status.settings().endpoint().map(Endpoint::toString),
        status.lastHandshake(),
        status.handshakes(),
        status.receivedBytes(),
        status.sentBytes(),
        status.receivedMessages(),
        status.sentMessages(),
        status.drops(),
        health.cachedStatus(config.publicKey()));
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("after a failed start: {}", e.getMessage());
    }
  }
}
