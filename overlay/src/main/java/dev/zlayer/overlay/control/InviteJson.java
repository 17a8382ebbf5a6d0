package dev.zlayer.overlay.control;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.InviteDescription;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.state.JsonFields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Invites as JSON, as {@link NodeJson} has the rest; their tokens are never in it. */
public final class InviteJson {
  private InviteJson() {}

  public static ArrayNode of(List<InviteDescription> invites) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode(invites.size());
    invites.forEach(invite -> json.add(of(invite)));
    return json;
  }

  public static ObjectNode of(InviteDescription invite) {
    ObjectNode json = NodeJson.object();
    json.put("public_key", invite.publicKey().toBase64());
    json.put("state", invite.state());
    json.put("name", invite.name().orElse(null));
    json.put("ip", invite.ip().map(IpText::format).orElse(null));
    json.put("expires_at", invite.expiresAt().toString());
    json.put("member", invite.member().map(PublicKey::toBase64).orElse(null));
    return json;
  }

  /** What {@link #of(InviteDescription)} wrote. */
  static InviteDescription read(JsonNode json) {
    return read(JsonFields.of("invite", json));
  }

  /** What {@link #of(List)} wrote. */
  static List<InviteDescription> readAll(JsonNode json) {
    return JsonFields.of("answer", NodeJson.object().set("invites", json))
        .objects("invites")
        .stream()
        .map(InviteJson::read)
        .toList();
  }

  private static InviteDescription read(JsonFields fields) {
    return new InviteDescription(
        fields.value("public_key", PublicKey::parse),
        fields.value("state", Function.identity()),
        fields.optionalValue("name", Function.identity()),
        fields.optionalValue("ip", IpText::parse),
        fields.value("expires_at", Instant::parse),
        fields.optionalValue("member", PublicKey::parse));
  }

  static void put(ObjectNode request, InviteOptions invite) {
    request.put("name", invite.name().orElse(null));
    request.put("ip", invite.ip().map(IpText::format).orElse(null));
    request.put("expires_in", invite.expiresIn().toSeconds());
  }

  static InviteOptions options(JsonFields request) {
    return new InviteOptions(
        request.optionalValue("name", Function.identity()),
        request.optionalValue("ip", IpText::parse),
        Duration.ofSeconds(request.whole("expires_in", 0, Integer.MAX_VALUE)));
  }
}
