package dev.zlayer.overlay;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.overlay.node.RunningNode;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.DataDirectoryLock;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A node of the overlay: set up once, then started as often as its process is.
 *
 * <p>It owns its data directory from the moment that it is made until {@link #close}; a second
 * owner is refused. Everything that it promises to remember is on the disk before the method
 * returns. Thread safe.
 *
 * <p>Methods throw {@link OverlayException} for what can't be done, {@link
 * IllegalArgumentException} for a value that breaks a rule. Nothing has changed then.
 */
public final class OverlayBootstrap implements Administration {
  public static final int DEFAULT_WG_PORT = 51820;
  public static final String DEFAULT_OVERLAY_CIDR = "10.200.0.0/16";
  public static final String DEFAULT_OVERLAY_CIDR_V6 = "fd00:200::/48";
  public static final String DEFAULT_INTERFACE_NAME = "zl-overlay0";

  private static final String LEADER_NODE_ID = "leader";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataDirectory directory;
  private final DataDirectoryLock lock;
  private final Registry registry;
  private Optional<RunningNode> running = Optional.empty();
  private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);
  private boolean closed;

  private OverlayBootstrap(DataDirectory directory, DataDirectoryLock lock, StateFile file) {
    this.directory = directory;
    this.lock = lock;
    this.registry = new Registry(file);
  }

  /** As {@link #initLeader(String, int, Path, BootstrapOptions)} with default options. */
  public static OverlayBootstrap initLeader(String cidr, int port, Path dataDirectory) {
    return initLeader(cidr, port, dataDirectory, BootstrapOptions.DEFAULT);
  }

  /**
   * Sets up the first node of an overlay: a new key, the network's first address, no peers.
   *
   * @param cidr the overlay's network, IPv4 or IPv6, with room for two nodes at least
   * @param port the UDP port to listen on, 1 to 65535
   * @param dataDirectory where it keeps its state; made where it is missing, mode 0700
   */
  public static OverlayBootstrap initLeader(
      String cidr, int port, Path dataDirectory, BootstrapOptions options) {
    Cidr network = Cidr.parse(cidr);
    PrivateKey privateKey = PrivateKey.generate(RANDOM::nextBytes);
    MeshNode node =
        new MeshNode(
            network,
            HostRange.of(network).firstHost(),
            publicKey(privateKey),
            true,
            Optional.empty());
    return create(node, privateKey, port, dataDirectory, options, List.of());
  }

  /**
   * As {@link #join(String, String, String, InetAddress, InetAddress, int, Path, BootstrapOptions)}
   * with default options.
   */
  public static OverlayBootstrap join(
      String leaderCidr,
      String leaderEndpoint,
      String leaderPublicKey,
      InetAddress leaderOverlayIp,
      InetAddress allocatedIp,
      int port,
      Path dataDirectory) {
    return join(
        leaderCidr,
        leaderEndpoint,
        leaderPublicKey,
        leaderOverlayIp,
        allocatedIp,
        port,
        dataDirectory,
        BootstrapOptions.DEFAULT);
  }

  /**
   * Sets up a worker: a new key, and the leader as its first peer.
   *
   * @param leaderCidr the overlay's network
   * @param leaderEndpoint where the leader is reached: {@code HOST:PORT}
   * @param leaderPublicKey base64
   * @param leaderOverlayIp the leader's address in the overlay
   * @param allocatedIp this node's address, leased by the leader
   * @param port the UDP port to listen on, 1 to 65535
   */
  public static OverlayBootstrap join(
      String leaderCidr,
      String leaderEndpoint,
      String leaderPublicKey,
      InetAddress leaderOverlayIp,
      InetAddress allocatedIp,
      int port,
      Path dataDirectory,
      BootstrapOptions options) {
    PrivateKey privateKey = PrivateKey.generate(RANDOM::nextBytes);
    MeshNode node =
        new MeshNode(
            Cidr.parse(leaderCidr), allocatedIp, publicKey(privateKey), false, Optional.empty());
    PeerConfig leader =
        PeerConfig.of(LEADER_NODE_ID, leaderPublicKey, leaderEndpoint, leaderOverlayIp);
    PeerConfig known = options.leaderPresharedKey().map(leader::withPresharedKey).orElse(leader);
    return create(node, privateKey, port, dataDirectory, options, List.of(known));
  }

  /** The node that was set up in {@code dataDirectory} before. */
  public static OverlayBootstrap load(Path dataDirectory) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    StateFile.requireExists(directory);
    return owning(directory, () -> StateFile.load(directory));
  }

  private static OverlayBootstrap create(
      MeshNode node,
      PrivateKey privateKey,
      int port,
      Path dataDirectory,
      BootstrapOptions options,
      List<PeerConfig> peers) {
    Instant now = Instant.now();
    NodeConfig config = new NodeConfig(options.interfaceName(), port, privateKey, now);
    MeshState mesh = MeshState.create(node, IpAllocator.DEFAULT_REST);
    peers.forEach(peer -> mesh.apply(new MeshCommand.AddPeer(requestId(), now, peer)));
    NodeState state = new NodeState(config, mesh.snapshot(), options.endpoint(), Map.of());
    DataDirectory directory = new DataDirectory(dataDirectory);
    directory.create();
    return owning(directory, () -> StateFile.create(directory, state));
  }

  private interface StateSource {
    StateFile open();
  }

  private static OverlayBootstrap owning(DataDirectory directory, StateSource source) {
    DataDirectoryLock lock = directory.lock();
    try {
      return new OverlayBootstrap(directory, lock, source.open());
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static PublicKey publicKey(PrivateKey privateKey) {
    return Crypto.system().publicKey(privateKey);
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }

  /**
   * Sets interface, port and endpoint for this and every later start.
   *
   * @param interfaceName as {@link BootstrapOptions#interfaceName}
   * @param port the UDP port to listen on, 1 to 65535
   * @param endpoint how others reach this node; empty when nobody says
   * @throws OverlayException if the node runs
   */
  public synchronized void reconfigure(
      String interfaceName, int port, Optional<HostPort> endpoint) {
    requireOpen();
    if (running.isPresent()) {
      throw new OverlayException("the node runs: stop it before its configuration changes");
    }
    NodeState state = registry.state();
    NodeConfig config = state.config();
    NodeConfig changed =
        new NodeConfig(interfaceName, port, config.privateKey(), config.createdAt());
    NodeState wanted = state.withConfig(changed).withEndpoint(endpoint);
    if (!wanted.equals(state)) {
      registry.reconfigure(wanted);
    }
  }

  /**
   * Makes the interface and begins a handshake with every peer whose endpoint is known. Needs
   * CAP_NET_ADMIN.
   *
   * @throws OverlayException naming what is in the way: privileges, the interface's name, the port
   */
  public synchronized void start() {
    requireOpen();
    if (running.isPresent()) {
      throw new OverlayException("the node runs already, in this process");
    }
    RunningNode node = RunningNode.start(directory, registry, this);
    CompletableFuture<Void> end = new CompletableFuture<>();
    running = Optional.of(node);
    ended = end;
    node.deviceEnded()
        .whenComplete((nothing, failure) -> {
          if (failure != null) {
            lost(node);
            end.completeExceptionally(failure);
          }
        });
  }

  /** Takes the interface away, with its routes and sockets. Nothing happens if it doesn't run. */
  @Override
  public synchronized void stop() {
    if (running.isPresent()) {
      takeAway(running.get());
      ended.complete(null);
    }
  }

  /** Its interface is gone, so the rest of it has to go. */
  private synchronized void lost(RunningNode node) {
    if (running.filter(node::equals).isPresent()) {
      takeAway(node);
    }
  }

  private void takeAway(RunningNode node) {
    running = Optional.empty();
    node.close();
  }

  /**
   * Completes when nothing of the node runs any more: normally after {@link #stop}, exceptionally
   * when its interface was taken away from it. Complete before the first start, and not touched by
   * a start that fails.
   */
  public synchronized CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** Stops the node and gives its data directory back; nothing can be changed afterwards. */
  @Override
  public synchronized void close() {
    closed = true;
    stop();
    lock.close();
  }

  /** Without its directory's lock it must not write there. */
  private void requireOpen() {
    if (closed) {
      throw new OverlayException("the node on " + directory.path() + " is closed");
    }
  }

  @Override
  public synchronized PeerConfig addPeer(PeerConfig peer) {
    requireOpen();
    PeerConfig added = registry.add(peer, requestId(), Instant.now());
    running.ifPresent(RunningNode::reconcile);
    return added;
  }

  @Override
  public synchronized PeerConfig removePeer(String keyOrIdOrName) {
    requireOpen();
    PeerConfig removed = registry.remove(keyOrIdOrName, requestId(), Instant.now());
    running.ifPresent(RunningNode::reconcile);
    return removed;
  }

  @Override
  public List<PeerConfig> peers() {
    return registry.peers();
  }

  @Override
  public NodeDescription node() {
    NodeState state = registry.state();
    MeshNode self = state.mesh().node();
    return new NodeDescription(
        self.leader(),
        self.publicKey(),
        self.address(),
        self.network(),
        state.config().interfaceName(),
        state.config().port(),
        state.endpoint(),
        directory.path());
  }

  @Override
  public synchronized NodeStatus status() {
    return running
        .orElseThrow(() -> new OverlayException("no node runs on " + directory.path()))
        .status(node());
  }

  /** The address that a leader would lease next; empty on a worker and in a full network. */
  public Optional<InetAddress> nextFreeAddress() {
    return registry.nextFreeAddress(Instant.now());
  }

  public InetAddress nodeIp() {
    return node().nodeIp();
  }

  public PublicKey publicKey() {
    return node().publicKey();
  }

  public Cidr cidr() {
    return node().cidr();
  }

  public String interfaceName() {
    return node().interfaceName();
  }

  public int port() {
    return node().port();
  }

  public boolean isLeader() {
    return node().isLeader();
  }
}
