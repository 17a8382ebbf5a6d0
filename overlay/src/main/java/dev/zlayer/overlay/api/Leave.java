package dev.zlayer.overlay.api;

import dev.zlayer.overlay.OverlayException;

/** How a member stops being one: a request that is sent until it is answered. */
public record Leave(ApiCaller caller) {
  /** The request, fresh each time. */
  public ApiRequest request(long nowMillis) {
    return caller.post(ControlApi.LEAVE, ApiJson.object(), nowMillis);
  }

  /**
   * Returns if the leader has removed us.
   *
   * @throws OverlayException with the leader's reason, if it refuses
   * @throws UnprovenAnswerException if the answer isn't the leader's: ask again
   */
  public void received(ApiRequest request, ApiResponse response, long nowMillis) {
    ApiCaller.Answer answer = caller.read(request, response, nowMillis);
    if (!answer.isOk()) {
      throw new OverlayException("the leader refuses: " + answer.error());
    }
  }
}
