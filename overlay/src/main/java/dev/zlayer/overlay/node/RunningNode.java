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
  private final ControlSocket control;
  private final InterfacePeers peers;
  private final PeerSearch search;
  private final OverlayHealthChecker health;
  private final Optional<DnsServer> dns;

  private RunningNode(
      Registry registry,
      Device device,
      UapiSocket uapi,
      ControlSocket control,
      Optional<DnsServer> dns,
      Duration healthInterval) {
    this.registry = registry;
    this.device = device;
    this.uapi = uapi;
    this.control = control;
    this.dns = dns;
    this.peers = new InterfacePeers(device, registry);
    this.search = new PeerSearch(device, registry, peers);
    this.health =
        new OverlayHealthChecker(
            device.interfaceName(),
            healthInterval,
            HealthThresholds.DEFAULT,
            uapi.path().toAbsolutePath().getParent());
  }

  /**
   * Makes the interface, its peers and its sockets.
   *
   * @param administration what the control socket offers
   * @param healthInterval from one check of the peers to the next
   * @throws OverlayException naming what is in the way; nothing is left of the attempt
   */
  public static RunningNode start(
      DataDirectory directory,
      Registry registry,
      Administration administration,
      Duration healthInterval) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      Device device = Device.open(settings(registry.state()));
      opened.push(device);
      UapiSocket uapi = openUapi(device, directory.path());
      opened.push(uapi);
      Optional<DnsServer> dns = startDns(registry.state());
      dns.ifPresent(opened::push);
      ControlSocket control = ControlSocket.open(directory.controlSocket(), administration);
      opened.push(control);
      RunningNode node = new RunningNode(registry, device, uapi, control, dns, healthInterval);
      opened.push(node.search);
      node.reconcile();
      node.search.start();
      opened.push(node.health);
      node.health.run(node::tell);
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

  /** Makes the interface's peers those of the registry. */
  public void reconcile() {
    peers.reconcile();
    dns.ifPresent(server -> NodeDns.follow(server, registry.state().mesh()));
    withdrawDown();
    search.wake();
  }

  /** The names that it serves; empty if it serves none. */
  public Optional<DnsHandle> dns() {
    return dns.map(DnsServer::handle);
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
        status.drops());
  }

  /**
   * Keeps what was learned and takes everything away. The control socket goes last: whoever sees it
   * gone knows that nothing is left.
   */
  @Override
  public void close() {
    health.close();
    try {
      search.close();
    } finally {
      dns.ifPresent(DnsServer::close);
      uapi.close();
      device.close();
      control.close();
    }
  }

  private static Optional<DnsServer> startDns(NodeState state) {
    if (!state.dns().isEnabled()) {
      return Optional.empty();
    }
    DnsServer server = NodeDns.server(state);
    server.start();
    return Optional.of(server);
  }

  private void tell(PeerHealth peer) {
    String name =
        registry.peers().stream()
            .filter(config -> config.publicKey().equals(peer.publicKey()))
            .map(PeerConfig::nodeId)
            .findFirst()
            .orElse(peer.publicKey().toString());
    LOG.info("{}: peer {} is {}", device.interfaceName(), name, peer.healthy() ? "UP" : "DOWN");
    withdrawDown();
  }

  /** Takes the peers that are DOWN out of the names that they share with others. */
  private void withdrawDown() {
    dns.ifPresent(server -> server.handle().withdraw(downAddresses()));
  }

  private Set<InetAddress> downAddresses() {
    MeshNode self = registry.state().mesh().node();
    return registry.peers().stream()
        .filter(peer -> health.cachedStatus(peer.publicKey()).filter(h -> !h.healthy()).isPresent())
        .flatMap(peer -> peer.overlayIp().stream())
        .flatMap(address -> self.addressesOf(address).stream())
        .collect(Collectors.toSet());
  }

  private NodeStatus.Peer peer(PeerConfig config, PeerStatus status) {
    return new NodeStatus.Peer(
        config,
        status.settings().endpoint().map(Endpoint::toString),
        status.lastHandshake(),
        status.receivedBytes(),
        status.sentBytes(),
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
