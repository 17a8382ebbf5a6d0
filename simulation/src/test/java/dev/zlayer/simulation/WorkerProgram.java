package dev.zlayer.simulation;

import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.api.Leave;
import dev.zlayer.overlay.api.MapFollower;
import dev.zlayer.overlay.api.UnprovenAnswerException;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.MapPosition;
import dev.zlayer.overlay.state.NodeState;
import java.time.Duration;
import java.util.Optional;

/** A worker that runs: what {@code MapWatch} and {@code Departure} are in the product. */
final class WorkerProgram extends MemberProgram {
  private static final Duration PATIENCE =
      Duration.ofMillis(ControlApi.MAX_WAIT_MILLIS).plusSeconds(5);
  private static final Duration LEAVE_ANSWER = Duration.ofSeconds(5);
  private static final int LEAVE_ATTEMPTS = 3;

  private final MapFollower follower;
  private final PeerConfig leader;
  private final ApiClient client;

  WorkerProgram(Host host, DiskRegistry registry) {
    super(host, registry);
    this.leader = registry.leader().orElseThrow();
    this.follower = new MapFollower(caller());
    this.client = new ApiClient(this, address(), leader.overlayIp().orElseThrow());
  }

  private ApiCaller caller() {
    return new ApiCaller(
        world.crypto,
        registry.state().config().privateKey(),
        leader.publicKey(),
        world.entropy::fill);
  }

  @Override
  void start() {
    reconcile();
    later(Duration.ZERO, this::ask);
  }

  @Override
  void receive(TcpPacket packet) {
    client.receive(packet);
  }

  private void ask() {
    NodeState state = registry.state();
    Optional<MapPosition> position = state.followed().map(FollowedMap::position);
    ApiRequest request = follower.next(position, state.endpoint(), host.wallMillis());
    client.send(
        request,
        PATIENCE,
        response -> {
          received(response, position);
          long pause = follower.dueMillis() - host.wallMillis();
          later(Duration.ofMillis(Math.max(0, pause)), this::ask);
        });
  }

  private void received(Optional<ApiResponse> response, Optional<MapPosition> position) {
    if (response.isEmpty()) {
      follower.failed(host.wallMillis());
      return;
    }
    Optional<MapChange> change = follower.received(response.get(), host.wallMillis());
    if (change.isPresent()) {
      world.model.answered(registry.node().publicKey());
    }
    if (change.isPresent() && !position.equals(Optional.of(change.get().position()))) {
      registry.adopt(change.get(), host.wall());
      reconcile();
    }
  }

  /**
   * Has the leader remove this worker.
   *
   * @param then told whether it did
   */
  void leave(Runnable then, Runnable failed) {
    leave(new Leave(caller()), 1, then, failed);
  }

  private void leave(Leave leave, int attempt, Runnable then, Runnable failed) {
    ApiRequest request = leave.request(host.wallMillis());
    client.send(
        request,
        LEAVE_ANSWER,
        response -> {
          if (response.isPresent() && isDone(leave, request, response.get())) {
            then.run();
          } else if (attempt < LEAVE_ATTEMPTS) {
            leave(leave, attempt + 1, then, failed);
          } else {
            failed.run();
          }
        });
  }

  private boolean isDone(Leave leave, ApiRequest request, ApiResponse response) {
    try {
      leave.received(request, response, host.wallMillis());
      return true;
    } catch (UnprovenAnswerException e) {
      return false;
    } catch (OverlayException e) {
      throw new AssertionError("a leader refuses to let a member go: " + e.getMessage(), e);
    }
  }
}
