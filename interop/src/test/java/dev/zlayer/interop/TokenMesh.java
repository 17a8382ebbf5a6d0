package dev.zlayer.interop;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Nic;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgShow;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A leader that is up, and machines on the same switch that become members by its tokens.
 *
 * <pre>
 *   leader               machine 1            machine 2
 *   192.0.2.1            192.0.2.2            192.0.2.3         underlay
 *       |                    |                    |
 *       +-------------------br0-------------------+
 *
 *   10.200.0.1           whatever the leader leases             overlay
 * </pre>
 *
 * <p>No machine says where it is reached: the leader tells the others where it hears it.
 */
final class TokenMesh implements AutoCloseable {
  private static final int PORT = 51820;

  /** A JVM's start on a busy machine, and the leader's answer. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Topology network = new Topology();
  private final List<Netns> hosts = new ArrayList<>();
  private final List<String> interfaceNames = new ArrayList<>();
  private final Path folder;
  private Netns bridge;
  private Node leader;
  private RunningCommand leading;

  private TokenMesh(Path folder) {
    this.folder = folder;
  }

  /**
   * Starts the leader; data directories go into {@code folder}.
   *
   * @param options of its {@code up}
   */
  static TokenMesh start(int machines, Path folder, String... options) {
    TokenMesh mesh = new TokenMesh(folder);
    try {
      mesh.setUp(machines);
      mesh.leading = mesh.leader.up(options);
      return mesh;
    } catch (RuntimeException | AssertionError e) {
      mesh.close();
      throw e;
    }
  }

  private void setUp(int machines) {
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i <= machines; i++) {
      hosts.add(network.namespace());
      nics.add(hosts.get(i).nic(underlay(i) + "/24"));
      interfaceNames.add(Node.nextInterfaceName());
    }
    bridge = network.bridge(nics.toArray(Nic[]::new));
    BootstrapOptions options =
        BootstrapOptions.DEFAULT
            .withInterfaceName(interfaceNames.getFirst())
            .withEndpoint(HostPort.parse(underlay(0) + ":" + PORT));
    try (OverlayBootstrap made =
        OverlayBootstrap.initLeader(Node.CIDR, PORT, dataDirectory(0), options)) {
      leader = Node.of(hosts.getFirst(), made.node());
    }
  }

  private static String underlay(int number) {
    return "192.0.2." + (number + 1);
  }

  private Path dataDirectory(int number) {
    return folder.resolve("machine" + number);
  }

  Node leader() {
    return leader;
  }

  /** The process of the leader, as it was started last. */
  RunningCommand leading() {
    return leading;
  }

  /** Starts the leader again. */
  void restartLeader() {
    leading = leader.up();
  }

  /** A machine, counted from 1. */
  Netns machine(int number) {
    return hosts.get(number);
  }

  /** The switch. */
  Netns bridge() {
    return bridge;
  }

  /** What an operator does on the leader's machine, without a process for each command. */
  Administration administration() {
    return Administration.ofRunning(leader.dataDirectory());
  }

  InviteToken invite() {
    return invite(InviteOptions.DEFAULT);
  }

  InviteToken invite(String name) {
    return invite(InviteOptions.DEFAULT.withName(name));
  }

  InviteToken invite(InviteOptions options) {
    try (Administration node = administration()) {
      return node.invite(options);
    }
  }

  /** The node that a machine is, or is about to become. */
  Node node(int number, String publicKey, String overlayIp) {
    return new Node(
        hosts.get(number),
        dataDirectory(number),
        interfaceNames.get(number),
        underlay(number) + ":" + PORT,
        publicKey,
        overlayIp);
  }

  /** {@code join} on a machine, with the token on its standard input. */
  Command join(int number, String token, String... options) {
    List<String> words = new ArrayList<>(List.of("join", "-"));
    words.addAll(List.of("--interface", interfaceNames.get(number)));
    words.addAll(List.of(options));
    return node(number, "", "").command(words.toArray(String[]::new)).input(token);
  }

  /** Has a machine join and go on as a node in the foreground. */
  RunningCommand startMember(int number, InviteToken token) {
    return join(number, token.encode(), "--up").start();
  }

  /** Waits until that is up. */
  Node awaitMember(int number, RunningCommand process) {
    process.awaitText(interfaceNames.get(number) + " is up", LIMIT);
    return member(number);
  }

  /** The running node of a machine that is a member. */
  Node member(int number) {
    try (Administration node = Administration.ofRunning(dataDirectory(number))) {
      NodeDescription own = node.node();
      return node(number, own.publicKey().toBase64(), IpText.format(own.nodeIp()));
    }
  }

  /** The node ids of the leader's peers. */
  Set<String> members() {
    try (Administration node = administration()) {
      return node.peers().stream().map(PeerConfig::nodeId).collect(Collectors.toSet());
    }
  }

  /** The addresses that are leased although nobody has them or was promised them. */
  List<InetAddress> leakedAddresses() {
    try (Administration node = administration()) {
      return node.allocations().leases().stream()
          .filter(lease -> lease.state() == AddressLease.State.LEASED)
          .map(AddressLease::address)
          .toList();
    }
  }

  /** What the leader's interface has received of a member so far. */
  long leaderReceivedBytes(Node member) {
    return WgShow.of(leader.host(), leader.interfaceName())
        .peer(member.publicKey())
        .receivedBytes();
  }

  @Override
  public void close() {
    network.close();
  }
}
