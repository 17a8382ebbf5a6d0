package dev.zlayer.simulation;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.state.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A machine: a disk, a clock that may be wrong, a place in the network, and at most one program,
 * which an init system starts again when it has died.
 */
final class Host {
  static final int PORT = 51820;

  private static final double MAX_DOWN_SECONDS = 40;

  /** What has come of the token that was pasted here last. */
  enum Join {
    NONE,
    UNDER_WAY,
    DONE,
    REFUSED,
    GIVEN_UP
  }

  final World world;
  final String name;
  final Disk disk;

  /** How far its clock is ahead of the world's. */
  private final Duration skew;

  /** Whether its operator says where it is reached. */
  private final boolean declares;

  private final Set<String> heard = new HashSet<>();
  private Endpoint endpoint;
  private Optional<Program> program = Optional.empty();
  private Optional<InviteToken> token = Optional.empty();
  private Join join = Join.NONE;
  private String refusal = "";
  private boolean off;

  /** Whether it asks the leader even about a token that its own clock says has expired. */
  private boolean insistent;

  Host(World world, String name, Duration skew, boolean declares) {
    this.world = world;
    this.name = name;
    this.skew = skew;
    this.declares = declares;
    this.disk = new Disk(world);
    this.endpoint = world.freshEndpoint();
    world.hosts.add(this);
  }

  Instant wall() {
    return world.clock.instant().plus(skew);
  }

  long wallMillis() {
    return wall().toEpochMilli();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Where its operator says that it is reached. */
  Optional<HostPort> declared() {
    return declares
        ? Optional.of(HostPort.of(endpoint.address(), endpoint.port()))
        : Optional.empty();
  }

  Optional<Program> program() {
    return program;
  }

  /** The node that runs here. */
  Optional<MemberProgram> member() {
    return program.map(one -> one instanceof MemberProgram member ? member : null);
  }

  /** The key of the node that is set up here. */
  Optional<PublicKey> publicKey() {
    return disk.state().map(state -> state.mesh().node().publicKey());
  }

  boolean isWorker() {
    return disk.state().filter(state -> !state.mesh().node().leader()).isPresent();
  }

  Join join() {
    return join;
  }

  String refusal() {
    return refusal;
  }

  boolean heard(String text) {
    return heard.contains(text);
  }

  void hear(String text) {
    Expect.that(!text.equals(JoinerProgram.SMUGGLED), "an invite reaches more than one port");
    Expect.that(heard.add(text), "a packet is heard twice", name, text);
  }

  // What processes are given.

  void run(Runnable step) {
    try {
      step.run();
    } catch (Crash e) {
      crash("in the middle of a step");
    }
  }

  void receive(Datagram datagram) {
    if (program.isPresent()) {
      Program running = program.get();
      for (byte[] packet : running.device.receive(datagram)) {
        if (!running.hasEnded()) {
          run(() -> running.receive(packet));
        }
      }
    }
  }

  long nextDeadlineNanos() {
    return program
        .map(one -> Math.max(world.nanos(), one.device.nextDeadlineNanos()))
        .orElse(Long.MAX_VALUE);
  }

  void tickIfDue() {
    if (nextDeadlineNanos() <= world.nanos()) {
      program.orElseThrow().device.tick();
    }
  }

  // Life and death.

  /** Starts what is set up here, or goes on with a join that was begun. */
  void boot() {
    if (program.isEmpty() && !off) {
      run(this::start);
    }
  }

  private void start() {
    if (disk.state().isPresent()) {
      finishJoin();
      DiskRegistry registry = new DiskRegistry(world, disk);
      program =
          Optional.of(
              registry.node().leader()
                  ? new LeaderProgram(this, registry)
                  : new WorkerProgram(this, registry));
    } else if (join == Join.UNDER_WAY) {
      InviteToken pasted = token.orElseThrow();
      if (!insistent && !wall().isBefore(pasted.expiresAt())) {
        joinRefused("this token expired");
        return;
      }
      program = Optional.of(new JoinerProgram(this, pasted, pendingKey(pasted)));
    }
    program.ifPresent(Program::start);
  }

  private void finishJoin() {
    if (disk.pending().isPresent()) {
      disk.savePending(Optional.empty());
    }
    join = Join.DONE;
  }

  /** The key of an enrolment by this token that was begun, or a new one. */
  private PrivateKey pendingKey(InviteToken pasted) {
    PublicKey invite = world.crypto.publicKey(pasted.privateKey());
    Optional<Disk.Pending> begun = disk.pending().filter(one -> one.invite().equals(invite));
    if (begun.isEmpty()) {
      PrivateKey fresh = PrivateKey.generate(world.entropy::fill);
      disk.savePending(Optional.of(new Disk.Pending(invite, fresh)));
    }
    return disk.pending().orElseThrow().privateKey();
  }

  /** Ends the program as a power cut does. It comes back by and by. */
  void crash(String why) {
    if (program.isPresent()) {
      world.tell(name, "crashes " + why);
      world.count("crashes " + why);
    }
    stop();
    world.later(world.between(0.2, MAX_DOWN_SECONDS), this::boot);
  }

  void stop() {
    program.ifPresent(Program::end);
    program = Optional.empty();
  }

  /** Stays off until it is switched on. */
  void off() {
    off = true;
    stop();
  }

  void on() {
    off = false;
    boot();
  }

  /** Sets up a node. */
  void install(NodeState state) {
    run(() -> disk.save(state));
    boot();
  }

  /** Has another UDP address from now on; what was sent to the former one is lost. */
  void roam() {
    endpoint = world.freshEndpoint();
    world.tell(name, "is at " + endpoint);
    if (declares && isWorker() && world.chance.nextBoolean()) {
      // Its operator starts it again, and tells it where it is now.
      stop();
      run(() -> disk.save(disk.state().orElseThrow().withEndpoint(declared())));
      boot();
    }
  }

  /** Deletes the node, which the host isn't any more. */
  void wipe() {
    stop();
    disk.wipe();
    join = Join.NONE;
  }

  // Joining.

  /** {@code join TOKEN}, which is called again and again until it has come to something. */
  void join(InviteToken pasted) {
    insistent = false;
    begin(pasted);
  }

  private void begin(InviteToken pasted) {
    token = Optional.of(pasted);
    join = Join.UNDER_WAY;
    boot();
  }

  /** As {@link #join}, by somebody who sets his clock back if that helps. */
  void insistOn(InviteToken pasted) {
    insistent = true;
    begin(pasted);
  }

  /** The leader says that the token makes nobody a member: nothing is left of the attempt. */
  void joinRefusedByLeader(String reason) {
    Optional<PublicKey> key = disk.pending().map(one -> world.crypto.publicKey(one.privateKey()));
    Expect.that(
        key.filter(world.model::isMember).isEmpty(),
        "whom the leader has taken in is locked out",
        reason);
    disk.savePending(Optional.empty());
    joinRefused(reason);
  }

  private void joinRefused(String reason) {
    world.tell(name, "is refused: " + reason);
    world.count("joins refused");
    refusal = reason;
    endJoin(Join.REFUSED);
  }

  void joinUnanswered() {
    world.tell(name, "has no answer");
    stop();
    world.later(world.between(0.2, MAX_DOWN_SECONDS), this::boot);
  }

  void joined() {
    world.tell(name, "is enrolled as " + publicKey().orElseThrow());
    world.count("joins done");
    stop();
    finishJoin();
    boot();
  }

  /** Its operator has no more patience. */
  void giveUpJoin() {
    world.tell(name, "gives up");
    endJoin(Join.GIVEN_UP);
  }

  private void endJoin(Join end) {
    join = end;
    stop();
  }
}
