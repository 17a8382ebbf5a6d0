package dev.zlayer.simulation;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
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

/** What a mesh has to become once nothing disturbs it any more. */
final class Convergence {
  /**
   * A session that died unnoticed is missed after 190 s; then each place that its peer may be at is
   * tried for 10 s.
   */
  private static final int LIMIT_SECONDS = 480;

  private static final int INTERVAL_SECONDS = 5;
  private static final int JOIN_PATIENCE_SECONDS = 90;
  private static final Duration ECHO_PATIENCE = Duration.ofSeconds(1);
  private static final Duration OUTSIDER_PATIENCE = Duration.ofSeconds(7);

  /** Who used a token before may have had a clock ahead of others; older handshakes don't count. */
  private static final Duration ATTACKERS_SKEW = Duration.ofMinutes(10);

  private final World world;
  private final Operator operator;
  private final List<InviteToken> tokens;
  private int echoes;

  Convergence(World world, Operator operator, List<InviteToken> tokens) {
    this.world = world;
    this.operator = operator;
    this.tokens = tokens;
  }

  void expect() {
    expectWholeMesh();
    expectNoWayInForOldTokens();
    expectOutsidersStayOutside();
    expectWholeMesh();
  }

  private void expectWholeMesh() {
    String problem = "";
    for (int second = 0; second <= LIMIT_SECONDS; second += INTERVAL_SECONDS) {
      problem = problem().or(this::unreachable).orElse("");
      if (problem.isEmpty()) {
        world.tell("mesh", "is whole");
        world.count("whole within %3d s".formatted((second + 59) / 60 * 60));
        return;
      }
      world.advance(Duration.ofSeconds(INTERVAL_SECONDS));
      if (second == JOIN_PATIENCE_SECONDS) {
        joining().forEach(Host::giveUpJoin);
      }
    }
    throw new AssertionError(
        "the mesh isn't whole after %s s: %s".formatted(LIMIT_SECONDS, problem));
  }

  private List<Host> joining() {
    return world.hosts.stream().filter(host -> host.join() == Host.Join.UNDER_WAY).toList();
  }

  /** What isn't as it has to become, as far as one look tells; empty if everything is. */
  private Optional<String> problem() {
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
  private List<Host> members() {
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
    return running.equals(wanted) && !running.containsValue(PresharedKey.NONE)
        ? Optional.empty()
        : Optional.of("the interface has peers %s and should have %s".formatted(running, wanted));
  }

  /** The peers that a member should know, from the leader's membership. */
  private Set<PeerConfig> peersOf(PublicKey member) {
    NodeState leader = operator.state();
    PairKeys keys = leader.pairKeys().orElseThrow();
    MeshNode node = leader.mesh().node();
    Set<PeerConfig> peers = new HashSet<>();
    peers.add(
        PeerConfig.of(MeshNode.LEADER_ID, node.publicKey().toBase64())
            .withEndpoint(leader.endpoint())
            .withOverlayIp(node.address())
            .withPresharedKey(keys.between(node.publicKey(), member, LeaderMap.GENERATION)));
    for (PeerConfig peer : leader.mesh().peers()) {
      PublicKey key = peer.publicKey();
      if (!key.equals(member)) {
        peers.add(peer.withPresharedKey(keys.between(key, member, LeaderMap.GENERATION)));
      }
    }
    return peers;
  }

  /** A pair of members of whom one doesn't hear the other. */
  private Optional<String> unreachable() {
    Map<String, Host> awaited = new HashMap<>();
    for (Host from : members()) {
      for (Host to : members()) {
        if (from != to) {
          String text = "%s to %s, number %s".formatted(from.name, to.name, echoes++);
          from.member().orElseThrow().echo(to.member().orElseThrow().address(), text);
          awaited.put(text, to);
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

  /** Who was a member once hears nothing of the members, and they nothing of him. */
  private void expectOutsidersStayOutside() {
    Map<String, Host> forbidden = new HashMap<>();
    for (Host outsider : world.hosts) {
      boolean isOutsider =
          outsider.isWorker() && !world.model.isMember(outsider.publicKey().orElseThrow());
      if (isOutsider) {
        world.count("outsiders");
        for (Host member : members()) {
          String text = "%s and %s, number %s".formatted(outsider.name, member.name, echoes++);
          MemberProgram out = outsider.member().orElseThrow();
          MemberProgram in = member.member().orElseThrow();
          out.echo(in.address(), text + " in");
          in.echo(out.address(), text + " out");
          forbidden.put(text + " in", member);
          forbidden.put(text + " out", outsider);
        }
      }
    }
    if (!forbidden.isEmpty()) {
      world.advance(OUTSIDER_PATIENCE);
      forbidden.forEach(
          (text, host) -> Expect.that(!host.heard(text), "heard of an outsider", text));
    }
  }

  /** Every token is of no use any more, and as long as it is known its holder is told why. */
  private void expectNoWayInForOldTokens() {
    Map<Host, Optional<ReferenceModel.Fate>> attackers = new HashMap<>();
    for (InviteToken token : tokens.subList(Math.max(0, tokens.size() - 3), tokens.size())) {
      Host attacker = new Host(world, "attacker" + attackers.size(), ATTACKERS_SKEW, false);
      attacker.insistOn(token);
      attackers.put(attacker, world.model.fate(world.crypto.publicKey(token.privateKey())));
    }
    for (int second = 0; second < 40 && !joining().isEmpty(); second++) {
      world.advance(Duration.ofSeconds(1));
    }
    attackers.forEach((host, fate) -> {
      if (fate.isPresent()) {
        String reason =
            switch (fate.get()) {
              case REVOKED -> "was revoked";
              case EXPIRED -> "expired";
              default -> "was used";
            };
        Expect.that(
            host.join() == Host.Join.REFUSED, "a token is used again", fate.get(), host.join());
        Expect.that(
            host.refusal().contains(reason),
            "the reason is another one",
            fate.get(),
            host.refusal());
        world.count("tokens " + fate.get());
      } else {
        Expect.that(
            host.join() == Host.Join.UNDER_WAY, "a forgotten token is answered", host.join());
        world.count("tokens forgotten");
        host.giveUpJoin();
      }
    });
    world.hosts.removeAll(attackers.keySet());
  }
}
