package dev.zlayer.simulation;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.map.LeaderMap;
import dev.zlayer.overlay.map.MapLog;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.node.HeardFrom;
import dev.zlayer.overlay.state.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** A leader that runs: what {@code Leadership} is in the product, step by step. */
final class LeaderProgram extends MemberProgram {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final MapLog log;
  private final ApiServer server;
  private long followedRevision = -1;
  private long seenRevision = -1;

  LeaderProgram(Host host, DiskRegistry registry) {
    super(host, registry);
    this.log = new MapLog(HexFormat.of().formatHex(world.entropy.bytes(16)));
    ControlApi api =
        new ControlApi(
            world.crypto,
            registry.state().config().privateKey(),
            registry.pairKeys(() -> new PairKeys(PresharedKey.generate(world.entropy::fill))),
            registry,
            log,
            this::reconcile);
    this.server = new ApiServer(this, api, log);
  }

  @Override
  void start() {
    reconcile();
    later(Duration.ZERO, this::lead);
  }

  @Override
  void receive(TcpPacket packet) {
    if (packet.target().equals(address()) && packet.targetPort() == ControlApi.PORT) {
      server.receive(packet);
    }
  }

  @Override
  void namesChanged() {
    publish();
  }

  private void publish() {
    NodeState state = registry.state();
    MeshSnapshot mesh = state.mesh();
    boolean isNews =
        log.update(
            LeaderMap.members(mesh, state.endpoint(), observed(state)),
            state.mapNames(),
            mesh.epoch(),
            mesh.revision());
    if (isNews) {
      server.news();
    }
  }

  private Map<PublicKey, HostPort> observed(NodeState state) {
    Map<PublicKey, HostPort> observed = new HashMap<>(state.learnedEndpoints());
    observed.putAll(HeardFrom.places(device.peers()));
    return observed;
  }

  private void lead() {
    followMembership();
    // Other threads get in between.
    later(world.between(0, 0.01), this::publish);
    later(INTERVAL, this::lead);
  }

  private void followMembership() {
    Instant now = host.wall();
    for (Invite invite : registry.snapshot().invites()) {
      if (invite.state() == Invite.State.REDEEMED && isHeardOf(invite.member().orElseThrow())) {
        registry.submit(
            new MeshCommand.ConfirmMember(world.requestId(), now, invite.member().orElseThrow()));
      }
    }
    if (registry.snapshot().invites().stream().anyMatch(invite -> invite.isDue(now))) {
      registry.submit(new MeshCommand.ExpireInvites(world.requestId(), now));
    }
    long revision = registry.snapshot().revision();
    if (revision != followedRevision && revision == seenRevision) {
      reconcile();
      followedRevision = revision;
    }
    seenRevision = revision;
  }

  private boolean isHeardOf(PublicKey member) {
    return device.peer(member).flatMap(peer -> peer.lastHandshake()).isPresent();
  }
}
