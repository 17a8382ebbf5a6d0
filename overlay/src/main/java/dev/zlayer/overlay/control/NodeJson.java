package dev.zlayer.overlay.control;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ResolverMode;
import dev.zlayer.overlay.state.JsonFields;
import dev.zlayer.overlay.state.JsonText;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nodes and peers as JSON, for the local socket and for {@code --json}: snake case, times in ISO
 * 8601, what is absent null. A preshared key is written for the socket only.
 */
public final class NodeJson {
  private static final int MAX_PORT = 65535;
  private static final int MAX_MTU = 65535;
  private static final int MAX_KEEPALIVE_SECONDS = 65535;

  private NodeJson() {}

  /** Indented, for people who read JSON and programs alike. */
  public static String text(JsonNode json) {
    return JsonText.indented(json);
  }

  public static ObjectNode of(NodeDescription node) {
    ObjectNode json = object();
    json.put("role", node.isLeader() ? "leader" : "worker");
    json.put("public_key", node.publicKey().toBase64());
    json.put("overlay_ip", IpText.format(node.nodeIp()));
    json.put("cidr", node.cidr().toString());
    put(json, "overlay_ip_v6", node.nodeIpV6().map(IpText::format));
    put(json, "cidr_v6", node.cidrV6().map(Cidr::toString));
    json.put("interface", node.interfaceName());
    json.put("port", node.port());
    put(json, "endpoint", node.endpoint().map(HostPort::toString));
    json.put("data_dir", node.dataDirectory().toString());
    return json;
  }

  static NodeDescription node(JsonNode json) {
    JsonFields fields = JsonFields.of("node", json);
    return new NodeDescription(
        fields.value("role", Function.identity()).equals("leader"),
        fields.value("public_key", PublicKey::parse),
        fields.value("overlay_ip", IpText::parse),
        fields.value("cidr", Cidr::parse),
        fields.optionalValue("cidr_v6", Cidr::parse),
        fields.value("interface", Function.identity()),
        (int) fields.whole("port", 1, MAX_PORT),
        fields.optionalValue("endpoint", HostPort::parse),
        fields.value("data_dir", Path::of));
  }

  /** A peer without its preshared key, of which it says whether there is one. */
  public static ObjectNode of(PeerConfig peer) {
    ObjectNode json = object();
    json.put("node_id", peer.nodeId());
    json.put("public_key", peer.publicKey().toBase64());
    put(json, "endpoint", peer.endpoint().map(HostPort::toString));
    put(json, "overlay_ip", peer.overlayIp().map(IpText::format));
    json.put("keepalive_seconds", peer.keepalive().toSeconds());
    put(json, "hostname", peer.hostname());
    put(json, "slice", peer.slice().map(Cidr::toString));
    json.put("has_preshared_key", peer.presharedKey().isPresent());
    return json;
  }

  public static ArrayNode of(List<PeerConfig> peers) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    peers.forEach(peer -> json.add(of(peer)));
    return json;
  }

  /** A peer with its preshared key, for the local socket. */
  static ObjectNode withSecret(PeerConfig peer) {
    ObjectNode json = of(peer);
    put(json, "preshared_key", peer.presharedKey().map(PresharedKey::toBase64));
    return json;
  }

  /**
   * What {@link #of(PeerConfig)} or {@link #withSecret} wrote.
   *
   * @throws IllegalArgumentException naming the field and the rule that it breaks
   */
  static PeerConfig peer(JsonNode json) {
    return peer(JsonFields.of("peer", json), "endpoint");
  }

  private static PeerConfig peer(JsonFields fields, String endpoint) {
    return new PeerConfig(
        fields.value("node_id", Function.identity()),
        fields.value("public_key", PublicKey::parse),
        fields.optionalValue(endpoint, HostPort::parse),
        fields.optionalValue("overlay_ip", IpText::parse),
        Duration.ofSeconds(fields.whole("keepalive_seconds", 0, MAX_KEEPALIVE_SECONDS)),
        fields.optionalValue("hostname", Function.identity()),
        fields.optionalValue("preshared_key", PresharedKey::parse),
        fields.optionalValue("slice", Cidr::parse));
  }

  static List<PeerConfig> peers(JsonNode json) {
    if (!json.isArray()) {
      throw new IllegalArgumentException("the peers are not an array");
    }
    List<PeerConfig> peers = new ArrayList<>();
    json.forEach(peer -> peers.add(peer(peer)));
    return peers;
  }

  public static ObjectNode of(NodeStatus status) {
    ObjectNode json = object();
    json.set("node", of(status.node()));
    json.put("pid", status.pid());
    json.put("started_at", status.startedAt().toString());
    ObjectNode device = json.putObject("interface");
    device.put("name", status.node().interfaceName());
    device.put("port", status.node().port());
    device.put("mtu", status.mtu());
    device.put("uapi_socket", status.uapiSocket().toString());
    json.put("crypto", status.crypto());
    ArrayNode peers = json.putArray("peers");
    status.peers().forEach(peer -> peers.add(of(peer)));
    json.set("drops", drops(status.drops()));
    json.set("map", status.map().map(NodeJson::of).orElse(null));
    json.set("names", of(status.names()));
    put(json, "dashboard", status.dashboard().map(URI::toString));
    ArrayNode conditions = json.putArray("conditions");
    status.conditions().forEach(condition -> conditions.add(ConditionJson.of(condition)));
    return json;
  }

  private static ObjectNode of(NameResolution names) {
    ObjectNode json = object();
    json.put("mode", names.mode().word());
    put(json, "through", names.through().map(ResolverMode::word));
    json.put("text", names.text());
    return json;
  }

  private static NameResolution names(JsonFields fields) {
    return new NameResolution(
        fields.value("mode", ResolverMode::parse),
        fields.optionalValue("through", ResolverMode::parse),
        fields.value("text", Function.identity()));
  }

  public static ObjectNode of(MapStatus map) {
    ObjectNode json = object();
    json.put("epoch", map.epoch());
    json.put("revision", map.revision());
    put(json, "confirmed_at", map.confirmedAt().map(Instant::toString));
    json.put("trusted", map.trusted());
    return json;
  }

  private static MapStatus map(JsonFields fields) {
    return new MapStatus(
        fields.whole("epoch", 0, Long.MAX_VALUE),
        fields.whole("revision", 0, Long.MAX_VALUE),
        fields.optionalValue("confirmed_at", NodeJson::instant),
        fields.flag("trusted"));
  }

  private static ObjectNode of(NodeStatus.Peer peer) {
    ObjectNode json = of(peer.config());
    put(json, "configured_endpoint", peer.config().endpoint().map(HostPort::toString));
    put(json, "endpoint", peer.endpoint());
    put(json, "last_handshake", peer.lastHandshake().map(Instant::toString));
    json.put("handshakes", peer.handshakes());
    json.put("received_bytes", peer.receivedBytes());
    json.put("sent_bytes", peer.sentBytes());
    json.put("received_packets", peer.receivedPackets());
    json.put("sent_packets", peer.sentPackets());
    json.set("drops", drops(peer.drops()));
    json.set("health", peer.health().map(HealthJson::of).orElse(null));
    return json;
  }

  static NodeStatus status(JsonNode json) {
    JsonFields fields = JsonFields.of("status", json);
    JsonFields device = fields.object("interface");
    return new NodeStatus(
        node(fields.object("node").node()),
        fields.whole("pid", 1, Long.MAX_VALUE),
        fields.value("started_at", NodeJson::instant),
        (int) device.whole("mtu", 1, MAX_MTU),
        device.value("uapi_socket", Path::of),
        fields.value("crypto", Function.identity()),
        fields.objects("peers").stream().map(NodeJson::statusOfPeer).toList(),
        drops(fields.object("drops")),
        fields.optionalObject("map").map(NodeJson::map),
        // A node of an earlier version doesn't say.
        fields.optionalObject("names").map(NodeJson::names).orElse(NameResolution.LEFT_ALONE),
        fields.optionalValue("dashboard", URI::create),
        fields.objects("conditions").stream()
            .flatMap(condition -> ConditionJson.read(condition).stream())
            .toList());
  }

  private static NodeStatus.Peer statusOfPeer(JsonFields fields) {
    return new NodeStatus.Peer(
        peer(fields, "configured_endpoint"),
        fields.optionalValue("endpoint", Function.identity()),
        fields.optionalValue("last_handshake", NodeJson::instant),
        fields.whole("handshakes", 0, Long.MAX_VALUE),
        fields.whole("received_bytes", 0, Long.MAX_VALUE),
        fields.whole("sent_bytes", 0, Long.MAX_VALUE),
        fields.whole("received_packets", 0, Long.MAX_VALUE),
        fields.whole("sent_packets", 0, Long.MAX_VALUE),
        drops(fields.object("drops")),
        fields.optionalObject("health").map(HealthJson::read));
  }

  static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("'" + text + "' is not a time in ISO 8601", e);
    }
  }

  private static ObjectNode drops(Map<DropReason, Long> drops) {
    ObjectNode json = object();
    drops.forEach((reason, count) -> json.put(name(reason), count));
    return json;
  }

  /** Reasons that only another version knows are passed over. */
  private static Map<DropReason, Long> drops(JsonFields fields) {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      fields
          .optionalWhole(name(reason), 0, Long.MAX_VALUE)
          .ifPresent(count -> drops.put(reason, count));
    }
    return drops;
  }

  private static String name(DropReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void put(ObjectNode json, String name, Optional<String> value) {
    value.ifPresentOrElse(text -> json.put(name, text), () -> json.putNull(name));
  }
}
