package dev.zlayer.overlay.api;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import java.net.InetAddress;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A member of a {@link LeaderDouble}, by its key. */
public final class MemberDouble {
  final PublicKey publicKey;
  public final ApiCaller caller;
  private final LeaderDouble leader;

  MemberDouble(LeaderDouble leader, PrivateKey privateKey) {
    this.leader = leader;
    this.publicKey = Crypto.system().publicKey(privateKey);
    this.caller = new ApiCaller(Crypto.system(), privateKey, leader.publicKey, leader.entropy);
  }

  /** What it knows after it has come with a token. */
  Adoption redeem(InviteToken token) {
    Redemption redemption = redemption(token);
    ApiRequest request = redemption.request(leader.now);
    return redemption.received(request, leader.ask(token.temporaryIp(), request), leader.now);
  }

  Redemption redemption(InviteToken token) {
    ApiCaller temporary =
        new ApiCaller(Crypto.system(), token.privateKey(), leader.publicKey, leader.entropy);
    return new Redemption(token, publicKey, Optional.empty(), temporary);
  }

  PeerConfig asPeer() {
    return leader.registry.peer(publicKey).orElseThrow();
  }

  public InetAddress address() {
    return asPeer().overlayIp().orElseThrow();
  }

  ApiRequest request(String target, ObjectNode body) {
    return caller.post(target, body, leader.now);
  }

  /** A watch that doesn't wait. */
  ApiRequest watch(Optional<MapChange> known) {
    ObjectNode body = ApiJson.object();
    known.ifPresent(change -> body.set("position", ApiJson.of(change.position())));
    return request(ControlApi.WATCH, body);
  }

  MapChange watched(Optional<MapChange> known) {
    ApiRequest request = watch(known);
    ApiCaller.Answer answer = caller.read(request, leader.ask(address(), request), leader.now);
    return ApiJson.change(answer.body());
  }
}
