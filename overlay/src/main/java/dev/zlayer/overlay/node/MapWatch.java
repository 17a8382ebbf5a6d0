package dev.zlayer.overlay.node;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.api.MapFollower;
import dev.zlayer.overlay.http.ControlClient;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.MapPosition;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker's map that of its leader: one virtual thread watches, keeps what it is told, and
 * has the node follow; another one sees to it that a map that is too old isn't relied on. What they
 * change they change under the monitor, and so not after {@link #close}.
 */
final class MapWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MapWatch.class);

  /** The answer to a watch that waits as long as it may takes no longer than this. */
  private static final Duration PATIENCE =
      Duration.ofMillis(ControlApi.MAX_WAIT_MILLIS).plusSeconds(5);

  private static final Duration AGE_LOOK = Duration.ofSeconds(1);

  private final Registry registry;
  private final Runnable reconcile;
  private final Optional<Duration> timeToLive;
  private final PeerConfig leader;
  private final ApiCaller caller;
  private final MapFollower follower;
  private final ControlClient client;
  private final Thread thread = Thread.ofVirtual().name("zlayer map").unstarted(this::watch);
  private final Thread ageThread =
      Thread.ofVirtual().name("zlayer map age").unstarted(this::watchAge);
  private volatile Optional<Instant> confirmedAt;
  private volatile Optional<Instant> heardAt = Optional.empty();
  private volatile Duration leaderAhead = Duration.ZERO;
  private volatile boolean trusted = true;
  private volatile boolean closed;

  private MapWatch(
      Registry registry, PeerConfig leader, Runnable reconcile, Optional<Duration> timeToLive) {
    NodeState state = registry.state();
    this.registry = registry;
    this.leader = leader;
    this.reconcile = reconcile;
    this.timeToLive = timeToLive;
    this.confirmedAt = state.followed().map(FollowedMap::confirmedAt);
    this.caller =
        new ApiCaller(
            Crypto.system(),
            state.config().privateKey(),
            leader.publicKey(),
            new SecureRandom()::nextBytes);
    this.follower = new MapFollower(caller);
    this.client =
        new ControlClient(
            new InetSocketAddress(leader.overlayIp().orElseThrow(), ControlApi.PORT),
            state.mesh().node().address());
    this.trusted = isYoung(Instant.now());
  }

  /**
   * A watch on the leader of this worker; empty where it has none.
   *
   * @param reconcile makes the node's interface and names what the map says
   * @param timeToLive how old a map is trusted; empty for ever
   */
  static Optional<MapWatch> of(
      Registry registry, Runnable reconcile, Optional<Duration> timeToLive) {
    return registry.leader().map(leader -> new MapWatch(registry, leader, reconcile, timeToLive));
  }

  void start() {
    thread.start();
    if (timeToLive.isPresent()) {
      ageThread.start();
    }
  }

  /** Whether the map may still be relied on; where not, only the leader is. */
  boolean isTrusted() {
    return trusted;
  }

  MapStatus status() {
    return new MapStatus(
        registry.snapshot().epoch(), registry.snapshot().revision(), confirmedAt, trusted);
  }

  /** The leader that is watched. */
  PeerConfig leader() {
    return leader;
  }

  /** When it answered last, whatever it said; empty if it hasn't. */
  Optional<Instant> heardAt() {
    return heardAt;
  }

  /** How far its clock is before ours, where it said that they differ; else zero. */
  Duration leaderAhead() {
    return leaderAhead;
  }

  /** Ends the watch and keeps when the map was confirmed last. */
  @Override
  public void close() {
    synchronized (this) {
      if (!closed) {
        closed = true;
        keepConfirmation();
      }
    }
    LockSupport.unpark(thread);
    LockSupport.unpark(ageThread);
    client.close();
  }

  private void watch() {
    while (!closed) {
      try {
        ask();
      } catch (OverlayException e) {
        LOG.warn("the leader's map can't be taken in, and is asked for again: {}", e.getMessage());
        follower.startOver(System.currentTimeMillis());
      } catch (RuntimeException e) {
        LOG.warn("the watch on the leader's map failed, and goes on", e);
        follower.startOver(System.currentTimeMillis());
      }
      pause();
    }
  }

  private void ask() {
    NodeState state = registry.state();
    Optional<MapPosition> position = state.followed().map(FollowedMap::position);
    long asked = System.currentTimeMillis();
    ApiRequest request = follower.next(position, state.endpoint(), asked);
    Optional<MapChange> change;
    try {
      ApiResponse response = client.send(request, PATIENCE);
      heardAt = Optional.of(Instant.now());
      change = follower.received(response, System.currentTimeMillis());
      leaderAhead = Duration.ofMillis(caller.aheadMillis());
    } catch (IOException e) {
      LOG.debug("the leader doesn't answer: {}", e.getMessage());
      follower.failed(System.currentTimeMillis());
      return;
    }
    change.ifPresent(news -> follow(news, position));
  }

  private void follow(MapChange change, Optional<MapPosition> position) {
    Instant now = Instant.now();
    boolean isNews = !position.equals(Optional.of(change.position()));
    boolean matters;
    synchronized (this) {
      if (closed) {
        return;
      }
      if (isNews) {
        registry.adopt(change, now);
      }
      confirmedAt = Optional.of(now);
      matters = isNews || !trusted;
      trusted = true;
    }
    if (matters) {
      reconcile.run();
    }
  }

  /** Beside the thread that asks the leader, which may wait for an answer for long. */
  private void watchAge() {
    while (!closed) {
      try {
        checkAge();
      } catch (RuntimeException e) {
        LOG.warn("the node doesn't follow the age of its map", e);
      }
      LockSupport.parkNanos(AGE_LOOK.toNanos());
    }
  }

  private void checkAge() {
    synchronized (this) {
      if (closed || !trusted || isYoung(Instant.now())) {
        return;
      }
      trusted = false;
    }
    LOG.warn(
        "the map is older than {} s and isn't relied on until the leader answers",
        timeToLive.orElseThrow().toSeconds());
    reconcile.run();
  }

  private boolean isYoung(Instant now) {
    return timeToLive.isEmpty()
        || confirmedAt.isEmpty()
        || now.isBefore(confirmedAt.get().plus(timeToLive.get()));
  }

  private void keepConfirmation() {
    try {
      confirmedAt.ifPresent(registry::confirmMap);
    } catch (OverlayException e) {
      LOG.warn("the age of the map isn't kept: {}", e.getMessage());
    }
  }

  private void pause() {
    long millis = follower.dueMillis() - System.currentTimeMillis();
    if (millis > 0 && !closed) {
      LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
  }
}
