package dev.zlayer.overlay.control;

import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease;
import dev.zlayer.overlay.AddressLease.State;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.InviteDescription;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.LogLevels;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionCode;
import dev.zlayer.overlay.dns.DnsDescription;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A node that only says that it runs. */
final class SampleNode implements Administration {
  static final NodeDescription DESCRIPTION =
      new NodeDescription(
          true,
          publicKey(100),
          IpText.parse("fd00:200::1"),
          Cidr.parse("fd00:200::/48"),
          Optional.empty(),
          "zl7",
          7,
          Optional.of(HostPort.parse("[2001:db8::1]:7")),
          Path.of("/var/lib/zlayer"));

  /** Every field set. */
  static final PeerConfig FULL =
      new PeerConfig(
          "web",
          publicKey(1),
          Optional.of(HostPort.parse("vpn.example.org:1")),
          Optional.of(IpText.parse("fd00:200::2")),
          Duration.ofSeconds(7),
          Optional.of("www.a"),
          Optional.of(presharedKey(9)),
          Optional.of(Cidr.parse("fd00:200:0:1::/64")));

  /** One that promises nothing, and one with everything. */
  static final List<InviteDescription> INVITES =
      List.of(
          new InviteDescription(
              publicKey(7),
              "open",
              Optional.empty(),
              Optional.empty(),
              Instant.EPOCH,
              Optional.empty()),
          new InviteDescription(
              publicKey(8),
              "used",
              Optional.of("web"),
              Optional.of(IpText.parse("fd00:200::9")),
              Instant.EPOCH,
              Optional.of(publicKey(9))));

  /** No field set that needs not be. */
  static final PeerConfig BARE =
      new PeerConfig(
          "db",
          publicKey(2),
          Optional.empty(),
          Optional.empty(),
          Duration.ZERO,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  static final Allocations ALLOCATIONS =
      new Allocations(
          new AllocationStats(Cidr.parse("fd00:200::/48"), Long.MAX_VALUE, 3, 1, 7),
          List.of(
              new AddressLease(
                  IpText.parse("fd00:200::1"), State.OWN, Optional.empty(), Optional.empty()),
              new AddressLease(
                  IpText.parse("fd00:200::2"), State.PEER, Optional.of("web"), Optional.empty()),
              new AddressLease(
                  IpText.parse("fd00:200::3"), State.LEASED, Optional.empty(), Optional.empty()),
              new AddressLease(
                  IpText.parse("fd00:200::4"),
                  State.RESTING,
                  Optional.empty(),
                  Optional.of(Instant.parse("2026-06-01T12:00:00Z")))));

  static final DnsDescription DNS =
      new DnsDescription(
          true,
          "overlay.local",
          List.of(IpText.parse("fd00:200::1")),
          15353,
          List.of(
              new DnsRecord(
                  "leader.overlay.local",
                  IpText.parse("fd00:200::1"),
                  DnsRecord.Origin.ALIAS,
                  false),
              new DnsRecord(
                  "web.overlay.local", IpText.parse("192.0.2.7"), DnsRecord.Origin.ADDED, true)));

  final Map<String, String> levels = new LinkedHashMap<>(Map.of("ROOT", "info"));
  final List<String> dnsRequests = new CopyOnWriteArrayList<>();
  final List<PeerConfig> peers = new CopyOnWriteArrayList<>();
  final CountDownLatch stopped = new CountDownLatch(1);

  /** As it comes out of JSON for people, which keeps the preshared key to itself. */
  static PeerConfig withoutSecret(PeerConfig peer) {
    return new PeerConfig(
        peer.nodeId(),
        peer.publicKey(),
        peer.endpoint(),
        peer.overlayIp(),
        peer.keepalive(),
        peer.hostname(),
        Optional.empty(),
        peer.slice());
  }

  @Override
  public NodeDescription node() {
    return DESCRIPTION;
  }

  @Override
  public List<PeerConfig> peers() {
    return peers;
  }

  @Override
  public PeerConfig addPeer(PeerConfig peer) {
    peers.add(peer);
    return peer;
  }

  @Override
  public PeerConfig removePeer(String keyOrIdOrName) {
    throw switch (keyOrIdOrName) {
      case "bad" -> new IllegalArgumentException("'bad' breaks a rule");
      case "bug" -> new IllegalStateException("a bug");
      default -> new OverlayException("no peer '" + keyOrIdOrName + "'");
    };
  }

  @Override
  public InviteToken invite(InviteOptions invite) {
    throw new OverlayException("no invite for " + invite);
  }

  @Override
  public List<InviteDescription> invites() {
    return INVITES;
  }

  @Override
  public InviteDescription revokeInvite(String keyOrName) {
    return INVITES.getFirst();
  }

  @Override
  public void leave(boolean force) {
    dnsRequests.add("leave " + force);
  }

  @Override
  public Allocations allocations() {
    return ALLOCATIONS;
  }

  @Override
  public DnsDescription dns() {
    return DNS;
  }

  @Override
  public boolean addDnsRecord(String name, InetAddress address) {
    return dnsRequests.add("add " + name + " " + IpText.format(address));
  }

  @Override
  public boolean removeDnsRecord(String name, Optional<InetAddress> address) {
    dnsRequests.add("remove " + name + address.map(IpText::format).map(" "::concat).orElse(""));
    return false;
  }

  @Override
  public LogLevels logLevels() {
    return new LogLevels() {
      @Override
      public Map<String, String> levels() {
        return levels;
      }

      @Override
      public void set(String logger, String level) {
        if (level.equals("loud")) {
          throw new IllegalArgumentException("'loud' is not a level");
        }
        levels.put(logger, level);
      }
    };
  }

  @Override
  public NodeStatus status() {
    NodeStatus.Peer full =
        new NodeStatus.Peer(
            withoutSecret(FULL),
            Optional.of("[fe80::1%2]:5"),
            Optional.of(Instant.parse("2026-06-01T12:00:00.123456789Z")),
            7,
            1L << 40,
            3,
            1L << 33,
            2,
            Map.of(DropReason.WRONG_TAG, 4L),
            Optional.of(health()));
    NodeStatus.Peer bare =
        new NodeStatus.Peer(
            BARE, Optional.empty(), Optional.empty(), 0, 0, 0, 0, 0, Map.of(), Optional.empty());
    return new NodeStatus(
        DESCRIPTION,
        ProcessHandle.current().pid(),
        Instant.parse("2026-06-01T11:00:00Z"),
        1420,
        Path.of("/var/run/wireguard/zl7.sock"),
        "portable",
        List.of(full, bare),
        Map.of(DropReason.NO_ROUTE, 5L),
        Optional.of(new MapStatus(1, 7, Optional.of(Instant.EPOCH), false)),
        new NameResolution(
            ResolverMode.AUTO, Optional.of(ResolverMode.RESOLVED), "resolved through it"),
        Optional.of(URI.create("http://10.200.0.1:15381/")),
        List.of(
            new Condition(
                ConditionCode.MAP_STALE, "it is old", "mend it", Instant.ofEpochSecond(9))));
  }

  private static PeerHealth health() {
    return new PeerHealth(
        FULL.publicKey(),
        FULL.overlayIp(),
        true,
        Optional.of(Instant.parse("2026-06-01T11:59:00.5Z")),
        Optional.of(Duration.ofSeconds(7)),
        Optional.of(Duration.ofNanos(420_000)),
        1,
        new PingStatistics(
            3,
            2,
            Optional.of(Duration.ofNanos(400_000)),
            Optional.of(Duration.ofNanos(410_000)),
            Optional.of(Duration.ofNanos(420_000))));
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  @Override
  public void close() {}
}
