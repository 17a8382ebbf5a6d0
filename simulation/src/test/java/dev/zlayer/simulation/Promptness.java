package dev.zlayer.simulation;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.MapNames;
import dev.zlayer.overlay.state.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A mesh that is whole follows a change as fast as its operators are promised. */
final class Promptness {
  /** A watch whose answer was lost is given up by then. */
  private static final Duration CALM = Duration.ofSeconds(20);

  private static final Duration TOLD = Duration.ofSeconds(2);
  private static final Duration REACHED = Duration.ofSeconds(3);
  private static final Duration CUT = Duration.ofSeconds(5);
  private static final Duration REFUSED = Duration.ofSeconds(3);

  private final World world;
  private final Operator operator;
  private final MeshView view;

  Promptness(World world, Operator operator, MeshView view) {
    this.world = world;
    this.operator = operator;
    this.view = view;
  }

  /** One joins, is reached by everybody, is removed, is cut off, and can't come back. */
  void expect() {
    world.advance(CALM);
    InviteToken token =
        operator.invite(Optional.empty(), Optional.empty(), Duration.ofMinutes(1)).orElseThrow();
    Host guest = new Host(world, "guest", Duration.ZERO, false);
    guest.join(token);
    world.advance(TOLD);
    Expect.that(guest.join() == Host.Join.DONE, "a joiner waits", guest.join());
    PublicKey key = guest.publicKey().orElseThrow();
    for (Host host : view.members()) {
      Expect.that(host == guest || knows(host, key), "a joiner isn't known in time", host.name);
    }
    world.advance(REACHED);
    expectNamesAreTold(guest);
    Optional<String> silence = view.unreachable(view.members());
    Expect.that(silence.isEmpty(), "a joiner isn't reached in time", silence);
    operator.remove(key);
    world.advance(CUT);
    expectCutOff(guest, key);
    guest.wipe();
    guest.insistOn(token);
    world.advance(REFUSED);
    Expect.that(guest.refusal().contains("was used"), "a removed peer is back", guest.refusal());
    world.hosts.remove(guest);
    world.count("guests");
  }

  private void expectNamesAreTold(Host guest) {
    operator.addName("late", operator.state().mesh().node().address());
    world.advance(TOLD);
    MapNames names = operator.state().mapNames();
    Optional<MapNames> told =
        guest.disk.state().flatMap(NodeState::followed).map(FollowedMap::names);
    Expect.that(told.equals(Optional.of(names)), "a name isn't told in time", told);
  }

  private void expectCutOff(Host guest, PublicKey key) {
    List<Host> members = view.members();
    List<String> texts = members.stream().map(host -> view.echo(guest, host)).toList();
    world.advance(Duration.ofSeconds(1));
    for (int i = 0; i < members.size(); i++) {
      Host host = members.get(i);
      Expect.that(!knows(host, key), "a removed peer isn't cut off in time", host.name);
      Expect.that(!host.heard(texts.get(i)), "a removed peer is heard", host.name);
    }
  }

  private static boolean knows(Host host, PublicKey key) {
    return host.member().orElseThrow().device.peer(key).isPresent();
  }
}
