package dev.zlayer.overlay.api;

import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.MapPosition;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A worker's watch on the leader's map: one request at a time, which the leader answers when there
 * is news or {@link ControlApi#MAX_WAIT_MILLIS} are over. Not thread safe.
 */
public final class MapFollower {
  static final long MIN_PAUSE_MILLIS = 250;
  static final long MAX_PAUSE_MILLIS = 4_000;

  private final ApiCaller caller;
  private Optional<ApiRequest> underWay = Optional.empty();
  private long dueMillis;
  private long pauseMillis = MIN_PAUSE_MILLIS;
  private boolean whole;

  public MapFollower(ApiCaller caller) {
    this.caller = caller;
  }

  /** When the next request is to be made. */
  public long dueMillis() {
    return dueMillis;
  }

  /**
   * The next request.
   *
   * @param position where our map is
   * @param endpoint where we say that we are reached
   */
  public ApiRequest next(
      Optional<MapPosition> position, Optional<HostPort> endpoint, long nowMillis) {
    ObjectNode json = ApiJson.object().put("wait_millis", ControlApi.MAX_WAIT_MILLIS);
    if (!whole) {
      position.ifPresent(at -> json.set("position", ApiJson.of(at)));
    }
    endpoint.ifPresent(place -> json.put("endpoint", place.toString()));
    ApiRequest request = caller.post(ControlApi.WATCH, json, nowMillis);
    underWay = Optional.of(request);
    return request;
  }

  /**
   * What the leader says; empty if it says nothing that counts, and then it is asked again later.
   */
  public Optional<MapChange> received(ApiResponse response, long nowMillis) {
    try {
      ApiCaller.Answer answer = caller.read(underWay.orElseThrow(), response, nowMillis);
      if (answer.isOk()) {
        MapChange change = ApiJson.change(answer.body());
        underWay = Optional.empty();
        dueMillis = nowMillis;
        pauseMillis = MIN_PAUSE_MILLIS;
        whole = false;
        return Optional.of(change);
      }
    } catch (UnprovenAnswerException | IllegalArgumentException e) {
      // Neither is ours to use; the leader is asked again.
    }
    failed(nowMillis);
    return Optional.empty();
  }

  /** There was no answer, or none of use. */
  public void failed(long nowMillis) {
    underWay = Optional.empty();
    dueMillis = nowMillis + pauseMillis;
    pauseMillis = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
  }

  /** A change could not be taken in: the next request asks for the whole map. */
  public void startOver(long nowMillis) {
    whole = true;
    failed(nowMillis);
  }
}
