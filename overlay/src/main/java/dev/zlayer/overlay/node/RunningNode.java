package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.device.DeviceSettings;
import dev.zlayer.device.DeviceStatus;
import dev.zlayer.device.InterfaceAddress;
import dev.zlayer.device.SocketInUseException;
import dev.zlayer.device.UapiSocket;
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
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.resolver.NameIntegration;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.wireguard.PeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final Device device;
  private final Instant startedAt = Instant.now();
  private final UapiSocket uapi;
  private final InterfacePeers peers;
  private final PeerSearch search;
  private final OverlayHealthChecker health;

  /** Peers whose last verdict was DOWN; one that has no verdict yet is none of them. */
  private final Set<PublicKey> down = ConcurrentHashMap.newKeySet();

  private final Optional<Leadership> leadership;
  private final Optional<MapWatch> mapWatch;

  private final NodeConditions conditions;

  /** Guards what the node serves of names, which a map may change while it runs. */
  private final Object namesMonitor = new Object();

  private Optional<DnsServer> dns = Optional.empty();

  /** What leads the machine's programs to the names. */
  private final NameIntegration integration;

  /** Why the names that the map asks for aren't served; empty if they are. */
  private volatile Optional<String> namesFault = Optional.empty();

  private boolean closed;

  private final NodePages pages;

  /** Opened last, and seen by {@link #start}'s thread and those that get this node from it. */
  private Optional<ControlSocket> control = Optional.empty();

  private RunningNode(
      DataDirectory directory,
      Registry registry,
      Device device,
      UapiSocket uapi,
      Supplier<NodeDescription> description,
      RunOptions options) {
    this.registry = registry;
    this.device = device;
    this.integration = new NameIntegration(options.resolver(), device.interfaceName(), directory);
    this.uapi = uapi;
    this.mapWatch = MapWatch.of(registry, this::reconcile, options.mapTimeToLive());
    this.peers =
        new InterfacePeers(device, registry, () -> mapWatch.map(MapWatch::isTrusted).orElse(true));
    this.search = new PeerSearch(device, registry, peers);
    this.health =
        new OverlayHealthChecker(
                device.interfaceName(),
                options.healthInterval(),
                HealthThresholds.DEFAULT,
                uapi.path().toAbsolutePath().getParent())
            .ignoring(key -> registry.invite(key).isPresent())
            .lookingAtDown(device::peer);
    this.leadership =
        registry.node().leader()
            ? Optional.of(Leadership.open(device, registry, this::reconcile))
            : Optional.empty();
    this.conditions =
        new NodeConditions(
            device,
            uapi,
            registry,
            directory.path(),
            mapWatch,
            health,
            () -> namesFault,
            integration::fault);
    this.pages =
        new NodePages(
            registry,
            () -> status(description.get()),
            () -> dnsServer().map(DnsServer::statistics));
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
      Device device = Device.open(settings(registry.state()));
      opened.push(device);
      UapiSocket uapi = openUapi(device, directory.path());
      opened.push(uapi);
      RunningNode node =
          new RunningNode(directory, registry, device, uapi, administration::node, options);
      opened.clear();
      opened.push(node);
      node.start();
      node.pages.serve(options);
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
    return device.ended();
  }

  /** As {@link Device#responds}. */
  public boolean responds(Duration limit) throws InterruptedException {
    return device.responds(limit);
  }

  private void start() {
    integration.undoLeft();
    followNames();
    reconcile();
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
      followNamesOfMap();
    }
    namesChanged();
    search.wake();
  }

  /** Serves the names as they are now, and on a leader tells the members. */
  public void namesChanged() {
    synchronized (namesMonitor) {
      // The state is read under the monitor too, so that no older one is followed later.
      dns.ifPresent(server -> NodeDns.follow(server, registry.state()));
    }
    withdrawDown();
    leadership.ifPresent(Leadership::publish);
  }

  /** Has the leader remove this worker, which is no member any more on return. */
  public void leave() {
    Departure.ask(registry);
  }

  /** The names that it serves; empty if it serves none. */
  public Optional<DnsHandle> dns() {
    return dnsServer().map(DnsServer::handle);
  }

  private Optional<DnsServer> dnsServer() {
    synchronized (namesMonitor) {
      return dns;
    }
  }

  /** The node as it is now; {@code node} describes it. */
  public NodeStatus status(NodeDescription node) {
    DeviceStatus status = device.status();
    Map<PublicKey, PeerStatus> byKey = new HashMap<>();
    status.peers().forEach(peer -> byKey.put(peer.settings().publicKey(), peer));
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
        uapi.path(),
        status.crypto(),
        peers,
        status.drops(),
        mapWatch.map(MapWatch::status),
        integration.status(),
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
      closeNames();
      uapi.close();
      device.close();
      control.ifPresent(ControlSocket::close);
    }
  }

  /**
   * Serves names if the state asks for it, as it asks for it; another way than before, if need be.
   */
  private void followNames() {
    synchronized (namesMonitor) {
      NodeState state = registry.state();
      if (closed || dns.map(DnsServer::config).equals(NodeDns.config(state))) {
        return;
      }
      integration.withdraw();
      dns.ifPresent(DnsServer::close);
      dns = Optional.empty();
      Optional<DnsServer> server = NodeDns.server(state);
      server.ifPresent(DnsServer::start);
      dns = server;
      server.ifPresent(integration::follow);
    }
  }

  /** The same after the start, when nobody waits to be told what is in the way. */
  private void followNamesOfMap() {
    try {
      followNames();
      namesFault = Optional.empty();
    } catch (OverlayException e) {
      namesFault = Optional.of(e.getMessage());
      LOG.warn("the names of the leader's zone aren't served here: {}", e.getMessage());
    }
  }

  private void closeNames() {
    synchronized (namesMonitor) {
      closed = true;
      integration.close();
      dns.ifPresent(DnsServer::close);
    }
  }

  private void tell(PeerHealth peer) {
    String name =
        registry.peer(peer.publicKey()).map(PeerConfig::nodeId).orElse(peer.publicKey().toString());
    LOG.info("{}: peer {} is {}", device.interfaceName(), name, peer.healthy() ? "UP" : "DOWN");
    if (peer.healthy()) {
      down.remove(peer.publicKey());
    } else {
      down.add(peer.publicKey());
    }
    withdrawDown();
  }

  /** Takes the peers that are DOWN out of the names that they share with others. */
  private void withdrawDown() {
    dnsServer()
        .ifPresent(server -> {
          server.handle().withdraw(downAddresses());
          integration.namesChanged(server);
        });
  }

  private Set<InetAddress> downAddresses() {
    MeshNode self = registry.state().mesh().node();
    List<PeerConfig> peers = registry.peers();
    down.retainAll(peers.stream().map(PeerConfig::publicKey).toList());
    return peers.stream()
        .filter(peer -> down.contains(peer.publicKey()))
        .flatMap(peer -> peer.overlayIp().stream())
        .flatMap(address -> self.addressesOf(address).stream())
        .collect(Collectors.toSet());
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

  private static DeviceSettings settings(NodeState state) {
    MeshNode self = state.mesh().node();
    return new DeviceSettings(
        state.config().interfaceName(),
        Optional.of(state.config().privateKey()),
        state.config().port(),
        DeviceSettings.DEFAULT_MTU,
        interfaceAddresses(self),
        true);
  }

  private static List<InterfaceAddress> interfaceAddresses(MeshNode self) {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (int i = 0; i < self.networks().size(); i++) {
      addresses.add(
          new InterfaceAddress(self.addresses().get(i), self.networks().get(i).prefixLength()));
    }
    return addresses;
  }

  /**
   * Serves {@code wg} where it looks; in the data directory where that place is taken, as by an
   * interface of the same name in another network namespace, or not ours to write to.
   */
  private static UapiSocket openUapi(Device device, Path dataDirectory) throws IOException {
    try {
      return UapiSocket.open(device, UapiSocket.DIRECTORY);
    } catch (SocketInUseException e) {
      LOG.warn("{}; this node's UAPI socket is in {}", e.getMessage(), dataDirectory);
    } catch (IOException e) {
      LOG.warn(
          "no UAPI socket in {} ({}); it is in {}",
          UapiSocket.DIRECTORY,
          e.getMessage(),
          dataDirectory);
    }
    return UapiSocket.open(device, dataDirectory);
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("after a failed start: {}", e.getMessage());
    }
  }
}
