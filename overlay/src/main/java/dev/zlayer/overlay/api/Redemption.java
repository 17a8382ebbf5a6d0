package dev.zlayer.overlay.api;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.Member;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the holder of a token becomes a member: one request under the temporary identity, sent again
 * and again until it is answered.
 *
 * @param member the new node's own key
 * @param endpoint where it says that it is reached
 */
public record Redemption(
    InviteToken token, PublicKey member, Optional<HostPort> endpoint, ApiCaller caller) {
  /** The request, fresh each time. */
  public ApiRequest request(long nowMillis) {
    ObjectNode json = ApiJson.object().put("public_key", member.toBase64());
    endpoint.ifPresent(place -> json.put("endpoint", place.toString()));
    return caller.post(ControlApi.REDEEM, json, nowMillis);
  }

  /**
   * What the new member knows of the mesh.
   *
   * @throws RefusedTokenException with the leader's reason, if it refuses
   * @throws UnprovenAnswerException if the answer isn't the leader's: ask again
   */
  public Adoption received(ApiRequest request, ApiResponse response, long nowMillis) {
    ApiCaller.Answer answer = caller.read(request, response, nowMillis);
    if (!answer.isOk()) {
      throw new RefusedTokenException(answer.error());
    }
    MapChange change = ApiJson.change(answer.body());
    Member self =
        change.members().stream()
            .filter(one -> one.publicKey().equals(member))
            .findFirst()
            .orElseThrow(() -> new OverlayException("the leader's map lacks this node itself"));
    MeshNode node =
        new MeshNode(
            token.cidr(),
            self.overlayIp(),
            token.cidrV6(),
            member,
            false,
            Optional.empty(),
            self.hostname());
    MeshSnapshot alone = new MeshSnapshot(node, List.of(), Optional.empty(), Map.of(), 0, 0);
    return Adoption.of(alone, Optional.empty(), change, Instant.ofEpochMilli(nowMillis));
  }
}
