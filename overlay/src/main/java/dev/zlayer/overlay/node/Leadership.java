package dev.zlayer.overlay.node;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.http.ControlServer;
import dev.zlayer.overlay.map.LeaderMap;
import dev.zlayer.overlay.map.MapLog;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a leader does for its members while it runs: it serves the control API, publishes the map,
 * and sees to it that invites end when their time is over or their member is there.
 *
 * <p>One virtual thread does what comes by time. It changes membership under the monitor only, and
 * so not after {@link #close}.
 */
final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Device device;
  private final Registry registry;
  private final Runnable reconcile;
  private final PublishedMap map = new PublishedMap(new MapLog(UUID.randomUUID().toString()));
  private final ControlServer server;
  private final Thread thread = Thread.ofVirtual().name("zlayer leader").unstarted(this::lead);

  /** The membership that the interface was made to follow, and that of the last look. */
  private volatile long followedRevision = -1;

  private long seenRevision = -1;
  private volatile boolean closed;

  private Leadership(Device device, Registry registry, Runnable reconcile) {
    this.device = device;
    this.registry = registry;
    this.reconcile = reconcile;
    NodeState state = registry.state();
    ControlApi api =
        new ControlApi(
            Crypto.system(),
            state.config().privateKey(),
            registry.pairKeys(() -> PairKeys.generate(new SecureRandom()::nextBytes)),
            registry,
            map.log(),
            reconcile);
    this.server =
        ControlServer.open(
            new InetSocketAddress(state.mesh().node().address(), ControlApi.PORT), api, map);
  }

  /**
   * Takes the control API's port.
   *
   * @param reconcile makes the node's interface, names and map what membership says
   * @throws OverlayException if the port can't be had
   */
  static Leadership open(Device device, Registry registry, Runnable reconcile) {
    return new Leadership(device, registry, reconcile);
  }

  void start() {
    publish();
    server.start();
    thread.start();
  }

  /**
   * Tells the members how the mesh is now; under the monitor, so that no older state comes later.
   */
  synchronized void publish() {
    NodeState state = registry.state();
    MeshSnapshot mesh = state.mesh();
    map.publish(
        LeaderMap.members(mesh, state.endpoint(), observed(state)),
        state.mapNames(),
        mesh.epoch(),
        mesh.revision());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    LockSupport.unpark(thread);
    map.end();
    server.close();
  }

  private Map<PublicKey, HostPort> observed(NodeState state) {
    Map<PublicKey, HostPort> observed = new HashMap<>(state.learnedEndpoints());
    observed.putAll(HeardFrom.places(device.peers()));
    return observed;
  }

  private void lead() {
    while (!closed) {
      try {
        followMembership();
        publish();
      } catch (RuntimeException e) {
        LOG.warn("a leader's duty failed, and is tried again: {}", e.getMessage(), e);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private synchronized void followMembership() {
    if (closed) {
      return;
    }
    Instant now = Instant.now();
    // First, so that who was heard of in time stays.
    for (Invite invite : registry.snapshot().invites()) {
      if (invite.state() == Invite.State.REDEEMED && isHeardOf(invite.member().orElseThrow())) {
        registry.submit(
            new MeshCommand.ConfirmMember(requestId(), now, invite.member().orElseThrow()));
      }
    }
    if (registry.snapshot().invites().stream().anyMatch(invite -> invite.isDue(now))) {
      registry.submit(new MeshCommand.ExpireInvites(requestId(), now));
    }
    // Not in the tick that sees it first: a member that leaves is to get its answer.
    long revision = registry.snapshot().revision();
    if (revision != followedRevision && revision == seenRevision) {
      reconcile.run();
      followedRevision = revision;
    }
    seenRevision = revision;
  }

  /** A handshake under a key proves that its holder has it. */
  private boolean isHeardOf(PublicKey member) {
    return device.peer(member).flatMap(peer -> peer.lastHandshake()).isPresent();
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }
}
