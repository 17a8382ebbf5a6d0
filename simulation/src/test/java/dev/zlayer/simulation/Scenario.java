package dev.zlayer.simulation;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.mesh.Invite;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * The life of one mesh: a time in which anything may happen, then a time without faults in which it
 * has to become whole.
 */
final class Scenario implements AutoCloseable {
  /** Beside the leader. */
  private static final int MAX_WORKERS = 6;

  final World world;
  final Operator operator;
  private final Random random;
  private final List<InviteToken> tokens = new ArrayList<>();
  private final List<PublicKey> ghosts = new ArrayList<>();
  private final Map<Host, Integer> sides = new HashMap<>();
  private int echoes;

  Scenario(long seed, boolean told) {
    this.random = new Random(seed * 31 + 7);
    this.world = new World(seed, new Trace(told));
    this.operator = new Operator(world);
  }

  /** Lives through it, and fails if anything is as it shouldn't. */
  void run() {
    sufferFaults();
    endFaults();
    expectHappyEnd();
  }

  /** How long the world has existed. */
  double seconds() {
    return (world.nanos() - World.START_NANOS) / 1e9;
  }

  private void sufferFaults() {
    changeWeather();
    world.wire.cut = datagram -> side(datagram.source()) != side(datagram.target());
    int steps = random.nextInt(12, 30);
    for (int i = 0; i < steps; i++) {
      step();
      sendSomething();
      world.advance(Duration.ofMillis(random.nextInt(100, 15_000)));
    }
  }

  private void changeWeather() {
    world.wire.loss = random.nextBoolean() ? 0 : random.nextDouble(0.3);
    world.wire.duplication = random.nextDouble(0.2);
    world.wire.minDelayNanos = Duration.ofMillis(random.nextInt(1, 60)).toNanos();
    world.wire.jitterNanos = random.nextBoolean() ? 0 : random.nextLong(400_000_000L);
    world.crashRate = random.nextBoolean() ? 0 : 0.02;
  }

  private int side(Endpoint place) {
    for (Host host : world.hosts) {
      if (host.endpoint().equals(place)) {
        return sides.getOrDefault(host, 0);
      }
    }
    return 0;
  }

  private void step() {
    switch (random.nextInt(30)) {
      case 0, 1, 2, 3, 4, 5, 6 -> inviteAndJoin();
      case 7 -> invite();
      case 8, 9 -> joinWithAnyToken();
      case 10, 11 -> removeAMember();
      case 12 -> revokeAToken();
      case 13 -> leave();
      case 14 -> leaveByForce();
      case 15, 16 -> anyHost().crash("by a power cut");
      case 17 -> operator.leader.crash("by a power cut");
      case 18, 19 -> part();
      case 20 -> sides.clear();
      case 21 -> anyWorker().ifPresent(Host::roam);
      case 22 -> changeNames();
      case 23 -> changeWeather();
      case 24 -> losePatience();
      case 27 -> freeHost().ifPresent(this::addByHand);
      case 25, 26 -> joinAtTheLastMoment();
      default -> blackout();
    }
  }

  private void inviteAndJoin() {
    invite().ifPresent(token -> freeHost().ifPresent(host -> join(host, token)));
  }

  private Optional<InviteToken> invite() {
    Optional<String> name =
        random.nextInt(3) == 0 ? Optional.of("web" + random.nextInt(4)) : Optional.empty();
    Optional<InetAddress> ip =
        random.nextInt(4) == 0
            ? Optional.of(InetAddress.ofLiteral("10.200.0." + random.nextInt(2, 30)))
            : Optional.empty();
    Optional<InviteToken> token =
        operator.invite(name, ip, Duration.ofSeconds(random.nextInt(5, 150)));
    token.ifPresent(tokens::add);
    return token;
  }

  /** A token that may be fresh, used, revoked, expired or forgotten. */
  private void joinWithAnyToken() {
    if (!tokens.isEmpty()) {
      InviteToken token = tokens.get(random.nextInt(tokens.size()));
      freeHost().ifPresent(host -> join(host, token));
    }
  }

  private void addByHand(Host host) {
    host.wipe();
    operator.addByHand(host);
  }

  /** Right before a token expires, or right after it. */
  private void joinAtTheLastMoment() {
    Duration life = Duration.ofSeconds(random.nextInt(1, 10));
    operator
        .invite(Optional.empty(), Optional.empty(), life)
        .ifPresent(token -> {
          tokens.add(token);
          Duration left = Duration.between(operator.leader.wall(), token.expiresAt());
          Duration away = Duration.ofMillis(random.nextInt(-800, 100));
          world.advance(left.plus(away).isNegative() ? Duration.ZERO : left.plus(away));
          freeHost()
              .ifPresent(host -> {
                host.wipe();
                world.tell(host.name, "joins at the last moment");
                host.insistOn(token);
              });
        });
  }

  private void join(Host host, InviteToken token) {
    host.wipe();
    world.tell(host.name, "joins");
    expectAlteredTokensAreFound(token);
    host.join(token);
  }

  private void expectAlteredTokensAreFound(InviteToken token) {
    StringBuilder text = new StringBuilder(token.encode());
    int place = random.nextInt(InviteToken.PREFIX.length(), text.length() - 1);
    text.setCharAt(place, text.charAt(place) == 'A' ? 'B' : 'A');
    try {
      InviteToken.parse(text.toString());
    } catch (IllegalArgumentException e) {
      return;
    }
    throw new AssertionError("an altered token is taken");
  }

  /** A machine that nothing is set up on, or a former member's. */
  private Optional<Host> freeHost() {
    for (Host host : world.hosts) {
      boolean isFree =
          host.publicKey().map(key -> !isLeader(host) && !world.model.isMember(key)).orElse(true);
      if (isFree && host.join() != Host.Join.UNDER_WAY) {
        return Optional.of(host);
      }
    }
    if (world.hosts.size() > MAX_WORKERS) {
      return Optional.empty();
    }
    Duration skew = Duration.ofSeconds(random.nextInt(4) == 0 ? random.nextInt(-300, 300) : 0);
    return Optional.of(new Host(world, "w" + world.hosts.size(), skew, random.nextBoolean()));
  }

  private boolean isLeader(Host host) {
    return host == operator.leader;
  }

  private Host anyHost() {
    return world.hosts.get(random.nextInt(world.hosts.size()));
  }

  /** A host that was set up as a worker, whether it is a member still or not. */
  private Optional<Host> anyWorker() {
    List<Host> workers = world.hosts.stream().filter(Host::isWorker).toList();
    return workers.isEmpty()
        ? Optional.empty()
        : Optional.of(workers.get(random.nextInt(workers.size())));
  }

  private void removeAMember() {
    List<PublicKey> members =
        operator.state().mesh().peers().stream().map(peer -> peer.publicKey()).toList();
    if (!members.isEmpty()) {
      operator.remove(members.get(random.nextInt(members.size())));
    }
  }

  private void revokeAToken() {
    List<Invite> invites = operator.state().mesh().invites();
    if (!invites.isEmpty()) {
      operator.revoke(invites.get(random.nextInt(invites.size())).publicKey());
    }
  }

  private void leave() {
    anyWorker()
        .ifPresent(host ->
            host.program()
                .ifPresent(program -> {
                  world.tell(host.name, "leaves");
                  PublicKey key = host.publicKey().orElseThrow();
                  ((WorkerProgram) program)
                      .leave(
                          () -> {
                            Expect.that(!world.model.isMember(key), "who has left is a member");
                            world.tell(host.name, "has left");
                            world.count("leaves done");
                            host.wipe();
                          },
                          () -> {
                            world.tell(host.name, "can't leave");
                            world.count("leaves unanswered");
                          });
                }));
  }

  /** The leader isn't told: that node stays a member until its operator has it removed. */
  private void leaveByForce() {
    anyWorker()
        .ifPresent(host -> {
          world.tell(host.name, "leaves by force");
          ghosts.add(host.publicKey().orElseThrow());
          host.wipe();
        });
  }

  private void part() {
    world.tell("network", "parts");
    world.hosts.forEach(host -> sides.put(host, random.nextInt(2)));
  }

  private void changeNames() {
    String host = "name" + random.nextInt(3);
    if (random.nextBoolean()) {
      operator.addName(host, InetAddress.ofLiteral("10.200.0." + random.nextInt(1, 20)));
    } else {
      operator.removeName(host);
    }
  }

  private void losePatience() {
    world.hosts.stream()
        .filter(host -> host.join() == Host.Join.UNDER_WAY && host.publicKey().isEmpty())
        .findFirst()
        .ifPresent(Host::giveUpJoin);
  }

  /** Nothing runs anywhere for minutes or for hours. */
  private void blackout() {
    world.tell("network", "blackout");
    world.hosts.forEach(Host::off);
    world.advance(Duration.ofSeconds(random.nextInt(10, random.nextBoolean() ? 300 : 6000)));
    world.hosts.forEach(Host::on);
  }

  /** Traffic of the members, so that sessions are used and packets wait for some. */
  private void sendSomething() {
    for (int i = 0; i < 3; i++) {
      Host from = anyHost();
      Host to = anyHost();
      if (from != to && to.member().isPresent()) {
        from.member()
            .ifPresent(member -> member.echo(to.member().get().address(), "echo " + echoes++));
      }
    }
  }

  private void expectHappyEnd() {
    MeshView view = new MeshView(world, operator);
    Convergence convergence = new Convergence(world, view);
    convergence.expectWholeMesh();
    Intruders intruders = new Intruders(world, view);
    intruders.expectNoWayInFor(tokens.subList(Math.max(0, tokens.size() - 3), tokens.size()));
    intruders.expectOutsidersStayOutside();
    if (random.nextBoolean()) {
      new Promptness(world, operator, view).expect();
    }
    if (random.nextBoolean()) {
      new Leaderless(world, operator, view, random).expectWorkersReachEachOther();
    }
    convergence.expectWholeMesh();
  }

  /** Who was added by hand to a leader that died of it, or left by force, is set up nowhere. */
  private void findGhosts() {
    Set<PublicKey> byHand = new HashSet<>(world.model.byHand());
    world.hosts.forEach(host -> host.publicKey().ifPresent(byHand::remove));
    ghosts.addAll(byHand);
  }

  private void endFaults() {
    world.tell("network", "is well from now on");
    world.wire.loss = 0;
    world.wire.duplication = 0;
    world.wire.jitterNanos = 0;
    world.wire.minDelayNanos = 10_000_000;
    world.crashRate = 0;
    sides.clear();
    world.hosts.forEach(Host::on);
    findGhosts();
    ghosts.stream().filter(world.model::isMember).forEach(operator::remove);
  }

  @Override
  public void close() {
    world.close();
  }
}
