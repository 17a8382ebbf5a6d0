package dev.zlayer.overlay.condition;

import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.api.ControlApi;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** From facts to what is wrong. */
final class Diagnosis {
  /**
   * A watch is answered after {@link ControlApi#MAX_WAIT_MILLIS} at the latest, and a worker finds
   * out after 5 s more that its connection has died with a leader that is back already.
   */
  static final Duration LEADER_PATIENCE =
      Duration.ofMillis(ControlApi.MAX_WAIT_MILLIS).plusSeconds(10);

  /** From then on it is likely that something has changed which this worker should know. */
  static final Duration MAP_AGE = Duration.ofMinutes(10);

  /** Half of what the control API puts up with. */
  static final Duration SKEW = Duration.ofSeconds(30);

  /** What WireGuard and UDP put before and behind a packet, and the outer IP header. */
  private static final int WIREGUARD_BYTES = 40;

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  /** So many peers are named, and the others counted. */
  private static final int NAMED = 3;

  private final NodeFacts node;
  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  private Diagnosis(NodeFacts node, Instant now) {
    this.node = node;
    this.now = now;
  }

  /** What is wrong, in the order of the codes. */
  static List<Finding> of(NodeFacts node, Instant now) {
    Diagnosis diagnosis = new Diagnosis(node, now);
    node.leader().ifPresent(diagnosis::leader);
    diagnosis.udp();
    diagnosis.state();
    diagnosis.link();
    diagnosis.names();
    diagnosis.health();
    node.leader().ifPresent(diagnosis::clock);
    diagnosis.mtu();
    diagnosis.uapi();
    return diagnosis.findings;
  }

  private void leader(NodeFacts.Leader leader) {
    Instant quietSince = leader.heardAt().orElse(node.startedAt());
    // A leader of another program has tunnels, but no control API.
    boolean isOurs = leader.map().confirmedAt().isPresent() || leader.isSilent();
    if (isOurs && isOlder(quietSince, LEADER_PATIENCE)) {
      find(
          ConditionCode.LEADER_UNREACHABLE,
          "the leader (%s) has not answered %s"
              .formatted(
                  leader.address(),
                  leader
                      .heardAt()
                      .map(time -> "since " + seconds(time))
                      .orElse("since this node started")),
          "see that the leader runs and is reached over UDP, and that it still has this node"
              + " among its peers (peer list)");
    }
    map(leader.map());
  }

  private void map(MapStatus map) {
    Optional<Instant> confirmed = map.confirmedAt();
    if (confirmed.isPresent() && !map.trusted()) {
      find(
          ConditionCode.MAP_STALE,
          "the leader's map was confirmed last at %s, which is too old for --map-ttl: of the peers"
                  .formatted(seconds(confirmed.get()))
              + " in it only the leader is talked to",
          "see that the leader runs and is reached; or start with a longer --map-ttl");
    } else if (confirmed.isPresent() && isOlder(confirmed.get(), MAP_AGE)) {
      find(
          ConditionCode.MAP_STALE,
          "the leader's map was confirmed last at %s: peers that were added or removed since then"
                  .formatted(seconds(confirmed.get()))
              + " are not known here",
          "see that the leader runs and is reached");
    }
  }

  private void udp() {
    List<NodeFacts.Peer> sentTo =
        node.peers().stream()
            .filter(peer -> peer.endpoint().isPresent() && peer.sentBytes() > 0)
            .toList();
    boolean noneEver = node.peers().stream().allMatch(peer -> peer.receivedBytes() == 0);
    // One peer that falls silent may have been switched off.
    boolean allGone =
        sentTo.size() > 1
            && sentTo.stream()
                .allMatch(peer -> peer.receivedBytes() == 0 || peer.healthy().equals(no()));
    if (!sentTo.isEmpty() && (noneEver || allGone)) {
      find(
          ConditionCode.UDP_BLOCKED,
          "handshakes go to %s from UDP port %d, and nothing %s comes back"
              .formatted(named(sentTo), node.port(), noneEver ? "ever" : "any longer"),
          "let UDP port %d through the firewalls of both sides, in both directions; or see that"
                  .formatted(node.port())
              + " the peers run");
    }
  }

  private void state() {
    node.stateFault()
        .ifPresent(fault ->
            find(
                ConditionCode.STATE_NOT_WRITABLE,
                "what changes can't be kept in %s: %s".formatted(node.dataDirectory(), fault),
                "see that the directory is there, writable for this node's user, and has room"));
  }

  private void link() {
    if (!node.up()) {
      find(
          ConditionCode.INTERFACE_DOWN,
          "interface %s is down, and nothing goes through it".formatted(node.interfaceName()),
          "ip link set %s up".formatted(node.interfaceName()));
    }
  }

  private void names() {
    node.namesFault()
        .ifPresent(fault ->
            find(
                ConditionCode.NAMES_NOT_SERVED,
                "the names of the overlay are not served here: " + fault,
                "free the port, or start with another one (--dns-port)"));
    node.resolverFault()
        .ifPresent(fault ->
            find(
                ConditionCode.RESOLVER_NOT_INTEGRATED,
                "programs of this machine do not find the names of the overlay: " + fault,
                "start with another --resolver, or with --no-resolver"));
  }

  private void health() {
    List<NodeFacts.Peer> down =
        node.peers().stream().filter(peer -> peer.healthy().equals(no())).toList();
    if (!down.isEmpty()) {
      find(
          ConditionCode.PEER_DOWN,
          "%d of %d peers %s DOWN: %s"
              .formatted(
                  down.size(), node.peers().size(), down.size() == 1 ? "is" : "are", named(down)),
          "see that it runs there (status), or take it out for good (peer remove on the leader)");
    }
    node.healthFault()
        .ifPresent(fault ->
            find(
                ConditionCode.HEALTH_UNKNOWN,
                "whether peers answer can't be checked: " + fault,
                "give the node CAP_NET_RAW, and leave its UAPI socket in place"));
  }

  private void clock(NodeFacts.Leader leader) {
    Duration difference = leader.ahead().abs();
    if (difference.compareTo(SKEW) > 0) {
      find(
          ConditionCode.CLOCK_SKEW,
          "the leader's clock is %d s %s this node's"
              .formatted(
                  difference.toSeconds(), leader.ahead().isNegative() ? "behind" : "ahead of"),
          "have both clocks set by NTP (timedatectl set-ntp true)");
    }
  }

  private void mtu() {
    List<NodeFacts.Peer> narrow =
        node.peers().stream()
            .filter(peer -> room(peer).isPresent() && room(peer).get() < node.mtu())
            .toList();
    narrow.stream()
        .map(peer -> room(peer).orElseThrow())
        .min(Integer::compare)
        .ifPresent(fits ->
            find(
                ConditionCode.MTU_TOO_LARGE,
                "interface %s has MTU %d, and the way to %s has room for %d: full packets are"
                        .formatted(node.interfaceName(), node.mtu(), named(narrow), fits)
                    + " fragmented or lost",
                "ip link set %s mtu %d; or raise the MTU of the link below"
                    .formatted(node.interfaceName(), fits)));
  }

  /** The longest packet that goes through the tunnel to a peer in one piece. */
  private static Optional<Integer> room(NodeFacts.Peer peer) {
    if (peer.endpoint().isEmpty() || peer.pathMtu().isEmpty()) {
      return Optional.empty();
    }
    int ip = peer.endpoint().get().isIpv4() ? IPV4_BYTES : IPV6_BYTES;
    return Optional.of(peer.pathMtu().getAsInt() - ip - WIREGUARD_BYTES);
  }

  private void uapi() {
    node.uapiSocket()
        .ifPresent(socket ->
            find(
                ConditionCode.UAPI_SOCKET_ELSEWHERE,
                "wg does not find interface %s: its socket is %s"
                    .formatted(node.interfaceName(), socket),
                "give the node an interface name of its own on this machine (up --interface), and"
                    + " let it write to /var/run/wireguard"));
  }

  private void find(ConditionCode code, String text, String remedy) {
    findings.add(new Finding(code, text, remedy));
  }

  private boolean isOlder(Instant time, Duration age) {
    return time.plus(age).isBefore(now);
  }

  private static Optional<Boolean> no() {
    return Optional.of(false);
  }

  private static String named(List<NodeFacts.Peer> peers) {
    String names =
        peers.stream().limit(NAMED).map(NodeFacts.Peer::name).collect(Collectors.joining(", "));
    return peers.size() > NAMED ? names + " and " + (peers.size() - NAMED) + " more" : names;
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
