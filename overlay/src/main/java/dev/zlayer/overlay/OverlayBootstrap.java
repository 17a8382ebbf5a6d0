package dev.zlayer.overlay;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.node.Leftovers;
import dev.zlayer.overlay.node.RunOptions;
import dev.zlayer.overlay.node.RunningNode;
import dev.zlayer.overlay.resolver.NameIntegration;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.DataDirectoryLock;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

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
  public static final int DEFAULT_DNS_PORT = DnsConfig.DEFAULT_PORT;
  public static final Duration DEFAULT_KEEPALIVE = PeerConfig.DEFAULT_KEEPALIVE;

  /** How often a running node checks its peers, unless told otherwise. */
  public static final Duration DEFAULT_HEALTH_INTERVAL = Duration.ofSeconds(30);

  /** For how long a worker relies on its map at least, if not for ever. */
  public static final Duration MIN_MAP_TTL = Duration.ofSeconds(30);

  private static final Duration MIN_HEALTH_INTERVAL = Duration.ofSeconds(1);

  private final DataDirectory directory;
  private final DataDirectoryLock lock;
  private final Registry registry;
  private Optional<RunningNode> running = Optional.empty();
  private CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);
  private RunOptions options = RunOptions.checking(DEFAULT_HEALTH_INTERVAL);
  private boolean closed;
  private volatile LogLevels logLevels = new UnknownLogLevels();
  private final DurableMembers members;
  private final DurableNames names;

  OverlayBootstrap(DataDirectory directory, DataDirectoryLock lock, StateFile file) {
    this.directory = directory;
    this.lock = lock;
    this.registry = new Registry(file);
    this.members = new DurableMembers(this, registry);
    this.names = new DurableNames(this, registry);
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
    return NewNode.create(
        dataDirectory,
        () -> NewNode.leader(Cidr.parse(cidr), port, options),
        OverlayBootstrap::new);
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
    return NewNode.create(
        dataDirectory,
        () ->
            NewNode.worker(
                Cidr.parse(leaderCidr),
                PeerConfig.of(MeshNode.LEADER_ID, leaderPublicKey, leaderEndpoint, leaderOverlayIp),
                allocatedIp,
                port,
                options),
        OverlayBootstrap::new);
  }

  /**
   * Sets up a worker by an invite: it comes up under the token's temporary identity, and the leader
   * makes it a member under its own new key. Needs CAP_NET_ADMIN; takes seconds. Cut at any instant
   * and called again with the same token, it goes on where it was.
   *
   * @param token as {@link Administration#invite} gave it
   * @param port the UDP port that the node will listen on, 1 to 65535
   * @param progress told in a line what is going on
   * @throws IllegalArgumentException if the token is cut, altered or none, before a packet is sent
   * @throws OverlayException with the leader's reason if it refuses, or saying that it can't be
   *     reached
   */
  public static OverlayBootstrap join(
      InviteToken token,
      int port,
      Path dataDirectory,
      BootstrapOptions options,
      Consumer<String> progress) {
    return NewNode.enrol(token, port, dataDirectory, options, progress, OverlayBootstrap::new);
  }

  /** The node that was set up in {@code dataDirectory} before. */
  public static OverlayBootstrap load(Path dataDirectory) {
    return NewNode.load(dataDirectory, OverlayBootstrap::new);
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
   * Has the node serve its names on its overlay address, whenever it runs. On a leader they are
   * those of the whole mesh, on a worker those of the nodes that it knows.
   *
   * @param zone such as {@code overlay.local}
   * @param port UDP and TCP, 1 to 65535
   * @throws OverlayException if the node runs
   */
  public OverlayBootstrap withDns(String zone, int port) {
    return withDns(DnsConfig.of(zone).withPort(port));
  }

  /** As {@link #withDns(String, int)} on port {@value #DEFAULT_DNS_PORT}. */
  public OverlayBootstrap withDnsDefault(String zone) {
    return withDns(DnsConfig.of(zone));
  }

  /**
   * As {@link #withDns(String, int)}.
   *
   * @param config without listen address and networks, which are the node's own
   */
  public OverlayBootstrap withDns(DnsConfig config) {
    return changeDns(state -> state.withConfig(config));
  }

  /** Has the node serve no names any more; what was added is kept for later. */
  public OverlayBootstrap withoutDns() {
    return changeDns(DnsState::disabled);
  }

  /** Makes it as if nobody had said whether the node serves names; what was added is kept. */
  public OverlayBootstrap forgetDns() {
    return changeDns(state -> DnsState.UNDECIDED.withAdded(state.added()));
  }

  private synchronized OverlayBootstrap changeDns(UnaryOperator<DnsState> change) {
    requireOpen();
    if (running.isPresent()) {
      throw new OverlayException("the node runs: stop it before its configuration changes");
    }
    registry.changeDns(change);
    return this;
  }

  /** Whether the node serves names while it runs. */
  public boolean dnsEnabled() {
    return registry.state().servedNames().isPresent();
  }

  /** Whether anybody has ever said that it should, or shouldn't. */
  public boolean dnsDecided() {
    return registry.state().dns().enabled().isPresent();
  }

  /** What it serves, or would if it were enabled. */
  public DnsConfig dnsConfig() {
    return registry.state().names();
  }

  /**
   * The names that the node serves; empty where DNS isn't enabled. What is added is served at once
   * where the node runs, and by every later start.
   */
  public Optional<DnsHandle> dnsHandle() {
    return dnsEnabled() ? Optional.of(names) : Optional.empty();
  }

  /**
   * How often the node checks its peers from its next start on, in this process.
   *
   * @param interval a second at least
   */
  public synchronized OverlayBootstrap withHealthInterval(Duration interval) {
    if (interval.compareTo(MIN_HEALTH_INTERVAL) < 0) {
      throw new IllegalArgumentException("health interval " + interval + " is below 1 s");
    }
    options = options.withHealthInterval(interval);
    return this;
  }

  /**
   * How old the leader's map is relied on from the next start on, in this process: a worker that
   * doesn't hear of its leader for so long talks to nobody else that came with the map. Without it
   * a worker relies on its map for ever.
   *
   * @param timeToLive 30 s at least
   */
  public synchronized OverlayBootstrap withMapTimeToLive(Duration timeToLive) {
    if (timeToLive.compareTo(MIN_MAP_TTL) < 0) {
      throw new IllegalArgumentException("map TTL " + timeToLive + " is below 30 s");
    }
    if (isLeader()) {
      throw new OverlayException(
          "this node is the leader, whose map doesn't age: leave out its TTL");
    }
    options = options.withMapTimeToLive(timeToLive);
    return this;
  }

  /**
   * Has Prometheus read of the node under {@code http://ADDRESS/metrics}, from the next start on,
   * in this process. Without it nobody does.
   *
   * @param where of loopback, for programs on this host, or the node's own in the overlay, for
   *     whoever is in the overlay
   */
  public synchronized OverlayBootstrap withMetrics(WebAddress where) {
    options = options.withMetrics(where.on(node()));
    return this;
  }

  /**
   * Shows the node's dashboard to browsers under {@code http://ADDRESS/}, from the next start on,
   * in this process: {@link NodeStatus#dashboard} says where. It can only be looked at. Without it
   * nobody is shown anything. Where it has the same address and port as {@link #withMetrics}, both
   * are there.
   *
   * @param where of loopback, for programs on this host, or the node's own in the overlay, for
   *     whoever is in the overlay; {@link WebAddress#DASHBOARD_PORT} is the usual port
   * @throws IllegalArgumentException if the address is neither of loopback nor the node's own
   */
  public synchronized OverlayBootstrap withDashboard(WebAddress where) {
    options = options.withDashboard(where.on(node()));
    return this;
  }

  /** Offers the levels of this program's log to who administers the node. */
  public OverlayBootstrap withLogLevels(LogLevels levels) {
    logLevels = levels;
    return this;
  }

  /**
   * What leads the programs of this machine to the names that the node serves, from its next start
   * on, in this process. Without it nothing does: a library doesn't change the machine's resolver
   * unasked. What can't be done doesn't keep the node from starting; {@link NodeStatus#names} says
   * how it went. It is undone when the node stops.
   */
  public synchronized OverlayBootstrap withResolver(ResolverMode mode) {
    options = options.withResolver(mode);
    return this;
  }

  /**
   * Undoes what a node that was killed has left of {@link #withResolver} on this machine; {@link
   * #start} does that too.
   *
   * @return what was undone, for people; empty if there was nothing
   * @throws OverlayException if a node runs on the directory, or it can't be undone
   */
  public static Optional<String> cleanUp(Path dataDirectory) {
    DataDirectory directory = new DataDirectory(dataDirectory);
    if (!NameIntegration.hasLeft(directory)) {
      return Optional.empty();
    }
    try (DataDirectoryLock _ = directory.lock()) {
      return NameIntegration.cleanUp(directory);
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
    RunningNode node = RunningNode.start(directory, registry, this, options);
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

  /**
   * Whether the running node's packets and timers are attended to: a watchdog's question. Waits for
   * {@code limit} at most, and for whatever else is done to this node at the moment.
   *
   * @return false too where the node doesn't run
   */
  public boolean responds(Duration limit) throws InterruptedException {
    Optional<RunningNode> node = running();
    return node.isPresent() && node.get().responds(limit);
  }

  /**
   * Takes away what a process that was killed has left of this node: its sockets. A start does it
   * too; this is for a node that isn't to come back at once.
   *
   * @return what was taken away
   * @throws OverlayException if the node runs, or something can't be taken away
   */
  public synchronized List<Path> removeLeftovers() {
    requireOpen();
    if (running.isPresent()) {
      throw new OverlayException("the node runs, in this process: it has left nothing");
    }
    return Leftovers.remove(directory, interfaceName());
  }

  /** Stops the node and gives its data directory back; nothing can be changed afterwards. */
  @Override
  public synchronized void close() {
    closed = true;
    stop();
    lock.close();
  }

  synchronized Optional<RunningNode> running() {
    return running;
  }

  /** Without its directory's lock it must not write there. */
  void requireOpen() {
    if (closed) {
      throw new OverlayException("the node on " + directory.path() + " is closed");
    }
  }

  @Override
  public PeerConfig addPeer(PeerConfig peer) {
    return members.add(peer);
  }

  @Override
  public PeerConfig removePeer(String keyOrIdOrName) {
    return members.remove(keyOrIdOrName);
  }

  @Override
  public InviteToken invite(InviteOptions invite) {
    return members.invite(invite);
  }

  @Override
  public List<InviteDescription> invites() {
    Instant now = Instant.now();
    return registry.snapshot().invites().stream()
        .map(invite -> InviteDescription.of(invite, now))
        .toList();
  }

  @Override
  public InviteDescription revokeInvite(String keyOrName) {
    return members.revoke(keyOrName);
  }

  @Override
  public void leave(boolean force) {
    members.leave(force);
  }

  @Override
  public List<PeerConfig> peers() {
    return registry.peers();
  }

  /**
   * Leases the lowest free address for a peer that is going to be added with it: nobody else gets
   * it, restarts included, until {@link #releasePeerIp} or the peer's removal.
   *
   * @throws OverlayException on a worker and in a full network
   */
  public InetAddress allocatePeerIp() {
    return members.lease();
  }

  /**
   * Ends the lease of an address that no peer came for; it rests before it is leased again.
   *
   * @throws OverlayException if a node has it, or it isn't leased
   */
  public void releasePeerIp(InetAddress address) {
    members.release(address);
  }

  /** How full the network is; empty on a worker, which leases no addresses. */
  public Optional<AllocationStats> allocationStats() {
    return registry.allocationStats(Instant.now());
  }

  @Override
  public synchronized Allocations allocations() {
    return registry
        .allocations(Instant.now())
        .orElseThrow(() ->
            new OverlayException("this node is a worker: ask the leader, which has the leases"));
  }

  @Override
  public DnsDescription dns() {
    return names.describe();
  }

  @Override
  public synchronized boolean addDnsRecord(String name, InetAddress address) {
    return names.addRecord(name, address);
  }

  @Override
  public synchronized boolean removeDnsRecord(String name, Optional<InetAddress> address) {
    return names.remove(name, address);
  }

  @Override
  public LogLevels logLevels() {
    return logLevels;
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
        self.networkV6(),
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
