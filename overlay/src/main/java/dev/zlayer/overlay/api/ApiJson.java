package dev.zlayer.overlay.api;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.map.MapNames;
import dev.zlayer.overlay.map.MapPosition;
import dev.zlayer.overlay.map.Member;
import dev.zlayer.overlay.state.JsonFields;
import dev.zlayer.overlay.state.JsonText;
import dev.zlayer.wireguard.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The bodies of the control API. Fields that we don't know are left alone: a newer leader's. */
public final class ApiJson {
  private ApiJson() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static byte[] bytes(ObjectNode json) {
    return JsonText.compactBytes(json);
  }

  /**
   * The object that a body holds.
   *
   * @throws IllegalArgumentException if it holds none; the body isn't quoted
   */
  static JsonFields read(byte[] body) {
    try {
      return JsonFields.of("", JsonText.parse(body));
    } catch (JacksonException | NumberFormatException e) {
      throw new IllegalArgumentException("the body is not JSON");
    }
  }

  static ObjectNode of(MapPosition position) {
    return object().put("log", position.log()).put("serial", position.serial());
  }

  static MapPosition position(JsonFields fields) {
    return new MapPosition(
        fields.value("log", Function.identity()), fields.whole("serial", 0, Long.MAX_VALUE));
  }

  static ObjectNode of(MapChange change) {
    ObjectNode json = object();
    json.set("position", of(change.position()));
    json.put("epoch", change.epoch());
    json.put("revision", change.revision());
    json.put("whole", change.whole());
    ArrayNode members = json.putArray("members");
    change.members().forEach(member -> members.add(of(member)));
    ArrayNode removed = json.putArray("removed");
    change.removed().forEach(key -> removed.add(key.toBase64()));
    json.set("names", of(change.names()));
    return json;
  }

  static MapChange change(JsonFields fields) {
    return new MapChange(
        position(fields.object("position")),
        fields.whole("epoch", 0, Long.MAX_VALUE),
        fields.whole("revision", 0, Long.MAX_VALUE),
        fields.flag("whole"),
        fields.objects("members").stream().map(ApiJson::member).toList(),
        Set.copyOf(fields.values("removed", PublicKey::parse)),
        names(fields.object("names")));
  }

  private static ObjectNode of(Member member) {
    ObjectNode json = object();
    json.put("node_id", member.nodeId());
    json.put("public_key", member.publicKey().toBase64());
    json.put("overlay_ip", IpText.format(member.overlayIp()));
    put(json, "declared", member.declared().map(HostPort::toString));
    put(json, "observed", member.observed().map(HostPort::toString));
    put(json, "hostname", member.hostname());
    put(json, "slice_cidr", member.slice().map(Cidr::toString));
    json.put("enrolled", member.enrolled());
    put(json, "preshared_key", member.presharedKey().map(PresharedKey::toBase64));
    return json;
  }

  private static Member member(JsonFields fields) {
    return new Member(
        fields.value("node_id", Function.identity()),
        fields.value("public_key", PublicKey::parse),
        fields.value("overlay_ip", IpText::parse),
        fields.optionalValue("declared", HostPort::parse),
        fields.optionalValue("observed", HostPort::parse),
        fields.optionalValue("hostname", Function.identity()),
        fields.optionalValue("slice_cidr", Cidr::parseEnclosing),
        fields.flag("enrolled"),
        fields.optionalValue("preshared_key", PresharedKey::parse));
  }

  /** As it also stands in the state file. */
  public static ObjectNode of(MapNames names) {
    ObjectNode json = object();
    put(json, "zone", names.zone());
    ArrayNode records = json.putArray("records");
    for (MapNames.Name name : names.records()) {
      records.addObject().put("name", name.host()).put("address", IpText.format(name.address()));
    }
    return json;
  }

  /** What {@link #of(MapNames)} wrote. */
  public static MapNames names(JsonFields fields) {
    List<MapNames.Name> records =
        fields.objects("records").stream()
            .map(record ->
                new MapNames.Name(
                    record.value("name", Function.identity()),
                    record.value("address", IpText::parse)))
            .toList();
    return new MapNames(fields.optionalValue("zone", Function.identity()), records);
  }

  private static void put(ObjectNode json, String name, Optional<String> value) {
    value.ifPresent(text -> json.put(name, text));
  }
}
