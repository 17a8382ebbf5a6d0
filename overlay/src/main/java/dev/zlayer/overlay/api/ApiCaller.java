package dev.zlayer.overlay.api;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.state.JsonFields;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes requests of one identity to its leader and believes only proven answers. It follows the
 * leader's clock where that differs from ours. Not thread safe.
 */
public final class ApiCaller {
  private final ControlKey key;
  private final PublicKey self;
  private final Entropy entropy;
  private long aheadMillis;

  /** A proven answer. */
  public record Answer(int status, JsonFields body) {
    public boolean isOk() {
      return status == ApiResponse.OK;
    }

    /** Why it was refused. */
    public String error() {
      return body.optionalValue("error", text -> text).orElse("status " + status);
    }
  }

  public ApiCaller(Crypto crypto, PrivateKey privateKey, PublicKey leader, Entropy entropy) {
    this.key = ControlKey.between(crypto, privateKey, leader);
    this.self = crypto.publicKey(privateKey);
    this.entropy = entropy;
  }

  /** How far the leader's clock is before ours, where it said that they differ; else 0. */
  public long aheadMillis() {
    return aheadMillis;
  }

  /** A request with a fresh nonce. */
  ApiRequest post(String target, ObjectNode json, long nowMillis) {
    return postBytes(target, ApiJson.bytes(json), nowMillis);
  }

  /** As {@link #post}, with any body. */
  ApiRequest postBytes(String target, byte[] body, long nowMillis) {
    byte[] nonce = new byte[ApiRequest.NONCE_BYTES];
    entropy.fill(nonce);
    long time = nowMillis + aheadMillis;
    byte[] proof = key.ofRequest("POST", target, self, time, nonce, body);
    return new ApiRequest("POST", target, self, time, nonce, body, proof);
  }

  /**
   * What the leader answered.
   *
   * @throws UnprovenAnswerException if it wasn't the leader, or it doesn't know us, or the clocks
   *     differ, which the next request makes up for
   */
  Answer read(ApiRequest request, ApiResponse response, long nowMillis) {
    if (!key.proves(request, response)) {
      throw new UnprovenAnswerException(response.status());
    }
    JsonFields body = ApiJson.read(response.body());
    if (response.status() == ApiResponse.UNPROVEN) {
      body.optionalWhole("time", 0, Long.MAX_VALUE)
          .ifPresent(time -> aheadMillis = time - nowMillis);
      throw new UnprovenAnswerException(response.status());
    }
    return new Answer(response.status(), body);
  }
}
