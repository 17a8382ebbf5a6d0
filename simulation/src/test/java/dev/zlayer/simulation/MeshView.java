package dev.zlayer.simulation;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.LeaderMap;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.wireguard.PeerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The mesh as somebody sees it who looks into every machine at once. */
final class MeshView {
  private static final Duration ECHO_PATIENCE = Duration.ofSeconds(1);

  private final World world;
  private final Operator operator;
  private int echoes;

  MeshView(World world, Operator operator) {
    this.world = world;
    this.operator = operator;
  }

  List<Host> joining() {
    return world.hosts.stream().filter(host -> host.join() == Host.Join.UNDER_WAY).toList();
  }

  /** What isn't as it has to become, as far as one look tells; empty if everything is. */
  Optional<String> problem() {
    if (operator.leader.member().isEmpty()) {
      return Optional.of("the leader is down");
    }
    if (!joining().isEmpty()) {
      return Optional.of(joining().getFirst().name + " is still joining");
    }
    MeshSnapshot mesh = operator.state().mesh();
    for (Invite invite : mesh.invites()) {
      if (invite.isAlive()) {
        return Optional.of("an invite hasn't ended: " + invite.state());
      }
    }
    for (PeerConfig peer : mesh.peers()) {
      if (hostOf(peer.publicKey()).flatMap(Host::member).isEmpty()) {
        return Optional.of("nobody is member " + peer);
      }
    }
    for (Host host : members()) {
      Optional<String> problem = problemOf(host);
      if (problem.isPresent()) {
        return problem.map(text -> host.name + ": " + text);
      }
    }
    return Optional.empty();
  }

  private Optional<Host> hostOf(PublicKey key) {
    return world.hosts.stream()
        .filter(host -> host.publicKey().equals(Optional.of(key)))
        .findFirst();
  }

  /** Every member's host, the leader's first. */
  List<Host> members() {
    List<Host> members = new ArrayList<>(List.of(operator.leader));
    operator.state().mesh().peers().stream()
        .flatMap(peer -> hostOf(peer.publicKey()).stream())
        .forEach(members::add);
    return members;
  }

  private Optional<String> problemOf(Host host) {
    NodeState state = host.disk.state().orElseThrow();
    Map<PublicKey, PresharedKey> wanted = new HashMap<>();
    if (host == operator.leader) {
      state.mesh().invites().forEach(one -> wanted.put(one.publicKey(), one.presharedKey()));
    } else {
      Set<PeerConfig> peers = new HashSet<>(state.mesh().peers());
      Set<PeerConfig> expected = peersOf(host.publicKey().orElseThrow());
      if (!peers.equals(expected)) {
        return Optional.of("the map has %s and should have %s".formatted(peers, expected));
      }
      if (!state
          .followed()
          .map(FollowedMap::names)
          .equals(Optional.of(operator.state().mapNames()))) {
        return Optional.of("the names are " + state.followed().map(FollowedMap::names));
      }
    }
    for (PeerConfig peer : state.mesh().peers()) {
      wanted.put(peer.publicKey(), peer.presharedKey().orElse(PresharedKey.NONE));
    }
    Map<PublicKey, PresharedKey> running = new HashMap<>();
    for (PeerStatus peer : host.member().orElseThrow().device.peers()) {
      running.put(peer.settings().publicKey(), peer.settings().presharedKey());
    }
    if (!running.equals(wanted)) {
      return Optional.of("the interface has %s and should have %s".formatted(running, wanted));
    }
    return mayLackPresharedKeys(host, running)
        ? Optional.empty()
        : Optional.of("a member that enrolled has no preshared key");
  }

  /** Whether none is missing between two that came by tokens, or between one and the leader. */
  private boolean mayLackPresharedKeys(Host host, Map<PublicKey, PresharedKey> running) {
    Set<PublicKey> byHand = world.model.byHand();
    return byHand.contains(host.publicKey().orElseThrow())
        || running.entrySet().stream()
            .filter(peer -> !byHand.contains(peer.getKey()))
            .noneMatch(peer -> peer.getValue().isNone());
  }

  /** The peers that a member should know, from the leader's membership. */
  private Set<PeerConfig> peersOf(PublicKey member) {
    NodeState leader = operator.state();
    MeshNode node = leader.mesh().node();
    Set<PeerConfig> peers = new HashSet<>();
    PeerConfig bare =
        PeerConfig.of(MeshNode.LEADER_ID, node.publicKey().toBase64())
            .withEndpoint(leader.endpoint())
            .withOverlayIp(node.address());
    peers.add(withKey(bare, member));
    for (PeerConfig peer : leader.mesh().peers()) {
      if (!peer.publicKey().equals(member)) {
        peers.add(withKey(peer, member));
      }
    }
    return peers;
  }

  /** With the key between a peer and a member, which has none with whom it was added by hand. */
  private PeerConfig withKey(PeerConfig peer, PublicKey member) {
    PairKeys keys = operator.state().pairKeys().orElseThrow();
    Set<PublicKey> byHand = world.model.byHand();
    if (byHand.contains(member) || byHand.contains(peer.publicKey())) {
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
    return peer.withPresharedKey(keys.between(peer.publicKey(), member, LeaderMap.GENERATION));
  }

  /** A pair of hosts of whom one doesn't hear the other. */
  Optional<String> unreachable(List<Host> hosts) {
    Map<String, Host> awaited = new HashMap<>();
    for (Host from : hosts) {
      for (Host to : hosts) {
        if (from != to) {
          awaited.put(echo(from, to), to);
        }
      }
    }
    world.advance(ECHO_PATIENCE);
    return awaited.entrySet().stream()
        .filter(echo -> !echo.getValue().heard(echo.getKey()))
        .map(echo -> "not heard: " + echo.getKey())
        .sorted()
        .findFirst();
  }

  /** Sends a text that exists once, and returns it. */
  String echo(Host from, Host to) {
    String text = "%s to %s, number %s".formatted(from.name, to.name, echoes++);
    from.member().orElseThrow().echo(to.member().orElseThrow().address(), text);
    return text;
  }
}
