package dev.zlayer.overlay.api;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.map.LeaderMap;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.MapLog;
import dev.zlayer.overlay.map.MapPosition;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.Membership;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.state.JsonFields;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The leader's side of the control API.
 *
 * <table>
 * <caption>What can be asked for</caption>
 * <tr><td>{@code POST /v1/redeem}</td><td>the holder of an invite becomes a member</td></tr>
 * <tr><td>{@code POST /v1/watch}</td><td>a member is told what changed in the map</td></tr>
 * <tr><td>{@code POST /v1/leave}</td><td>a member is one no more</td></tr>
 * </table>
 *
 * <p>A request counts if the key that it names belongs to a member or an invite, comes from that
 * one's overlay address, is proven by that key, is timely and wasn't seen before. What doesn't
 * count is told no more than that. Thread safe; no lock is held while membership changes.
 */
public final class ControlApi {
  /** The TCP port on the leader's overlay address. */
  public static final int PORT = 51821;

  /** The longest body of a request, in bytes. */
  public static final int MAX_BODY_BYTES = 16 << 10;

  /** How long a watch waits for news at most, in milliseconds. */
  public static final long MAX_WAIT_MILLIS = 10_000;

  static final String REDEEM = "/v1/redeem";
  static final String WATCH = "/v1/watch";
  static final String LEAVE = "/v1/leave";

  private final Crypto crypto;
  private final PrivateKey privateKey;
  private final PairKeys pairKeys;
  private final Membership membership;
  private final MapLog maps;
  private final Runnable changed;
  private final Callers callers = new Callers();

  /** What comes of a request. */
  public sealed interface Outcome {
    /** The answer is there. */
    record Answered(ApiResponse response) implements Outcome {}

    /**
     * There is nothing to tell yet: ask {@link ControlApi#resume} once there is, or the time is up.
     *
     * @param position where the member's map is
     */
    record Waiting(ApiRequest request, Optional<MapPosition> position, long untilMillis)
        implements Outcome {}
  }

  /** Somebody whose request counts. */
  private record Caller(ControlKey key, Optional<PeerConfig> member, Optional<Invite> invite) {}

  /**
   * @param pairKeys from which the members' preshared keys are derived
   * @param maps what is told; {@code changed} brings it up to date
   * @param changed called after each change of membership that a request made
   */
  public ControlApi(
      Crypto crypto,
      PrivateKey privateKey,
      PairKeys pairKeys,
      Membership membership,
      MapLog maps,
      Runnable changed) {
    this.crypto = crypto;
    this.privateKey = privateKey;
    this.pairKeys = pairKeys;
    this.membership = membership;
    this.maps = maps;
    this.changed = changed;
  }

  /** Whether somebody at this address may connect at all. */
  public boolean isOverlay(InetAddress source) {
    return membership.node().networks().stream().anyMatch(network -> network.contains(source));
  }

  /**
   * What is told to a source that asks too much, before its request is looked at; empty for one
   * that doesn't.
   */
  public Optional<ApiResponse> tooMany(InetAddress source, long nowMillis) {
    return callers.mayAsk(source, nowMillis)
        ? Optional.empty()
        : Optional.of(unproven(ApiResponse.TOO_MANY, "too many requests: ask less often"));
  }

  /** A refusal of what isn't even a request. */
  public static ApiResponse malformed(int status, String reason) {
    return unproven(status, reason);
  }

  /**
   * Follows a request.
   *
   * @param source the address that it came from
   */
  public Outcome handle(InetAddress source, ApiRequest request, long nowMillis) {
    Optional<Caller> caller = caller(source, request);
    if (caller.isEmpty()) {
      return new Outcome.Answered(
          unproven(ApiResponse.UNPROVEN, "the request proves no member of this mesh"));
    }
    ControlKey key = caller.get().key();
    if (!SeenNonces.isTimely(request.timeMillis(), nowMillis)) {
      ObjectNode json = error("the clocks of leader and member differ").put("time", nowMillis);
      return answered(key, request, ApiResponse.UNPROVEN, json);
    }
    if (!callers.isNew(request.sender(), request.nonce(), nowMillis)) {
      return answered(
          key, request, ApiResponse.UNPROVEN, error("the request was sent before, or too often"));
    }
    try {
      return dispatch(caller.get(), request, nowMillis);
    } catch (MeshRefusal e) {
      return answered(key, request, ApiResponse.REFUSED, error(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return answered(key, request, ApiResponse.BAD_REQUEST, error(e.getMessage()));
    }
  }

  /** The answer to a watch that has waited. */
  public ApiResponse resume(Outcome.Waiting waiting) {
    ApiRequest request = waiting.request();
    ControlKey key = ControlKey.between(crypto, privateKey, request.sender());
    return membership
        .peer(request.sender())
        .map(member -> response(key, request, ApiResponse.OK, map(member, waiting.position())))
        .orElseGet(() -> response(key, request, ApiResponse.FORBIDDEN, error("you were removed")));
  }

  private Optional<Caller> caller(InetAddress source, ApiRequest request) {
    PublicKey sender = request.sender();
    MeshNode self = membership.node();
    Optional<PeerConfig> member =
        membership
            .peer(sender)
            .filter(peer -> self.addressesOf(peer.overlayIp().orElseThrow()).contains(source));
    Optional<Invite> invite =
        membership.invite(sender).filter(one -> one.temporaryIp().equals(source));
    if (member.isEmpty() && invite.isEmpty()) {
      return Optional.empty();
    }
    ControlKey key = ControlKey.between(crypto, privateKey, sender);
    return key.proves(request) ? Optional.of(new Caller(key, member, invite)) : Optional.empty();
  }

  private Outcome dispatch(Caller caller, ApiRequest request, long nowMillis) {
    if (!List.of(REDEEM, WATCH, LEAVE).contains(request.target())) {
      return answered(
          caller.key(), request, ApiResponse.NOT_FOUND, error("there is no such resource"));
    }
    if (!request.method().equals("POST")) {
      return answered(caller.key(), request, ApiResponse.BAD_REQUEST, error("use POST"));
    }
    boolean redeems = request.target().equals(REDEEM);
    if (redeems != caller.invite().isPresent()) {
      return answered(
          caller.key(),
          request,
          ApiResponse.FORBIDDEN,
          error(redeems ? "only an invite can be redeemed" : "an invite can only be redeemed"));
    }
    confirm(request, nowMillis);
    return switch (request.target()) {
      case REDEEM -> redeem(caller, request, nowMillis);
      case LEAVE -> leave(caller, request, nowMillis);
      default -> watch(caller, request, nowMillis);
    };
  }

  private Outcome redeem(Caller caller, ApiRequest request, long nowMillis) {
    JsonFields body = ApiJson.read(request.body());
    PublicKey member = body.value("public_key", PublicKey::parse);
    PublicKey ours = membership.node().publicKey();
    if (member.equals(ours)) {
      throw new IllegalArgumentException("public key " + member + " is the leader's own");
    }
    PresharedKey key = pairKeys.between(ours, member, LeaderMap.GENERATION);
    membership.submit(
        new MeshCommand.RedeemInvite(
            requestId(request),
            Instant.ofEpochMilli(nowMillis),
            request.sender(),
            member,
            key,
            body.optionalValue("endpoint", HostPort::parse)));
    changed.run();
    PeerConfig peer =
        membership.peer(member).orElseThrow(() -> new IllegalArgumentException("you were removed"));
    return answered(caller.key(), request, ApiResponse.OK, map(peer, Optional.empty()));
  }

  /**
   * Who asks under its own key has it. That is durable before it is answered, so that nobody who
   * knows that he is a member goes with his invite's expiry, whenever the leader stops and starts.
   */
  private void confirm(ApiRequest request, long nowMillis) {
    PublicKey sender = request.sender();
    boolean isNew =
        membership.snapshot().invites().stream()
            .anyMatch(invite ->
                invite.state() == Invite.State.REDEEMED
                    && invite.member().equals(Optional.of(sender)));
    if (isNew) {
      membership.submit(
          new MeshCommand.ConfirmMember(
              requestId(request), Instant.ofEpochMilli(nowMillis), sender));
    }
  }

  private Outcome watch(Caller caller, ApiRequest request, long nowMillis) {
    PeerConfig member = caller.member().orElseThrow();
    JsonFields body = ApiJson.read(request.body());
    Optional<HostPort> endpoint = body.optionalValue("endpoint", HostPort::parse);
    if (endpoint.isPresent() && !endpoint.equals(member.endpoint())) {
      membership.submit(
          new MeshCommand.DeclareEndpoint(
              requestId(request), Instant.ofEpochMilli(nowMillis), member.publicKey(), endpoint));
      changed.run();
    }
    Optional<MapPosition> position = body.optionalObject("position").map(ApiJson::position);
    long wait = body.optionalWhole("wait_millis", 0, MAX_WAIT_MILLIS).orElse(0L);
    Outcome.Waiting waiting = new Outcome.Waiting(request, position, nowMillis + wait);
    return maps.hasNews(position) || wait == 0 ? new Outcome.Answered(resume(waiting)) : waiting;
  }

  /**
   * The member is gone for good once this is answered, but may still be heard for a moment: taken
   * away at once, it would never get the answer.
   */
  private Outcome leave(Caller caller, ApiRequest request, long nowMillis) {
    membership.submit(
        new MeshCommand.RemovePeer(
            requestId(request), Instant.ofEpochMilli(nowMillis), request.sender()));
    return answered(caller.key(), request, ApiResponse.OK, ApiJson.object());
  }

  private ObjectNode map(PeerConfig member, Optional<MapPosition> position) {
    boolean enrolled = membership.isEnrolled(member.publicKey());
    MapChange change = LeaderMap.dealtTo(member, enrolled, maps.since(position), pairKeys);
    return ApiJson.of(change);
  }

  private static String requestId(ApiRequest request) {
    return Base64.getEncoder().encodeToString(request.nonce());
  }

  private static Outcome answered(ControlKey key, ApiRequest request, int status, ObjectNode json) {
    return new Outcome.Answered(response(key, request, status, json));
  }

  private static ApiResponse response(
      ControlKey key, ApiRequest request, int status, ObjectNode json) {
    byte[] body = ApiJson.bytes(json);
    return new ApiResponse(status, body, key.ofResponse(request, status, body));
  }

  private static ApiResponse unproven(int status, String reason) {
    return new ApiResponse(status, ApiJson.bytes(error(reason)), new byte[0]);
  }

  private static ObjectNode error(String reason) {
    return ApiJson.object().put("error", reason);
  }
}
