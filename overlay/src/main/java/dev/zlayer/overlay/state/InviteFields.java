package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.mesh.Invite;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the state file has of invites, under our own key. */
final class InviteFields {
  private static final String NAME = "invites";
  private static final long MAX_EPOCH_SECOND =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private InviteFields() {}

  static List<Invite> read(JsonFields own) {
    return own.objects(NAME).stream().map(InviteFields::invite).toList();
  }

  /** Where there are none, nothing is written. */
  static void write(ObjectNode own, List<Invite> invites) {
    own.remove(NAME);
    if (!invites.isEmpty()) {
      ArrayNode array = own.putArray(NAME);
      invites.forEach(invite -> write(array.addObject(), invite));
    }
  }

  private static void write(ObjectNode json, Invite invite) {
    json.put("public_key", invite.publicKey().toBase64());
    json.put("preshared_key", invite.presharedKey().toBase64());
    json.put("temporary_ip", IpText.format(invite.temporaryIp()));
    invite.memberIp().ifPresent(address -> json.put("member_ip", IpText.format(address)));
    invite.name().ifPresent(name -> json.put("name", name));
    json.put("expires_at", invite.expiresAt().getEpochSecond());
    json.put("state", invite.state().name().toLowerCase(Locale.ROOT));
    invite.member().ifPresent(key -> json.put("member", key.toBase64()));
  }

  private static Invite invite(JsonFields fields) {
    return new Invite(
        fields.value("public_key", PublicKey::parse),
        fields.value("preshared_key", PresharedKey::parse),
        fields.value("temporary_ip", IpText::parse),
        fields.optionalValue("member_ip", IpText::parse),
        fields.optionalValue("name", Function.identity()),
        Instant.ofEpochSecond(fields.whole("expires_at", 0, MAX_EPOCH_SECOND)),
        fields.value("state", text -> Invite.State.valueOf(text.toUpperCase(Locale.ROOT))),
        fields.optionalValue("member", PublicKey::parse));
  }
}
