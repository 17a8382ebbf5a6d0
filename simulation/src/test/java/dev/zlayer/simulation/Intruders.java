package dev.zlayer.simulation;

import dev.zlayer.overlay.enrolment.InviteToken;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whoever is no member doesn't get in, by no way that he may have got in once. */
final class Intruders {
  private static final Duration CUT = Duration.ofSeconds(5);
  private static final Duration OUTSIDER_PATIENCE = Duration.ofSeconds(7);

  /** Who used a token before may have had a clock ahead of others; older handshakes don't count. */
  private static final Duration ATTACKERS_SKEW = Duration.ofMinutes(10);

  private final World world;
  private final MeshView view;

  Intruders(World world, MeshView view) {
    this.world = world;
    this.view = view;
  }

  /** Who was a member once hears nothing of the members, and they nothing of him. */
  void expectOutsidersStayOutside() {
    Map<String, Host> forbidden = new HashMap<>();
    List<Host> outsiders = outsiders();
    if (!outsiders.isEmpty()) {
      // A late request may have made one of them just now.
      world.advance(CUT);
    }
    for (Host outsider : outsiders) {
      world.count("outsiders");
      for (Host member : view.members()) {
        forbidden.put(view.echo(outsider, member), member);
        forbidden.put(view.echo(member, outsider), outsider);
      }
    }
    if (!forbidden.isEmpty()) {
      world.advance(OUTSIDER_PATIENCE);
      forbidden.forEach(
          (text, host) -> Expect.that(!host.heard(text), "heard of an outsider", text));
    }
  }

  private List<Host> outsiders() {
    return world.hosts.stream()
        .filter(host -> host.isWorker() && !world.model.isMember(host.publicKey().orElseThrow()))
        .toList();
  }

  /** Every token is of no use any more, and as long as it is known its holder is told why. */
  void expectNoWayInFor(List<InviteToken> tokens) {
    Map<Host, Optional<ReferenceModel.Fate>> attackers = new LinkedHashMap<>();
    for (InviteToken token : tokens) {
      Host attacker = new Host(world, "attacker" + attackers.size(), ATTACKERS_SKEW, false);
      attacker.insistOn(token);
      attackers.put(attacker, world.model.fate(world.crypto.publicKey(token.privateKey())));
    }
    for (int second = 0; second < 40 && !view.joining().isEmpty(); second++) {
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
