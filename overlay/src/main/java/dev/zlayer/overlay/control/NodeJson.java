package dev.zlayer.overlay.control;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nodes and peers as JSON, for the local socket and for {@code --json}: snake case, times in ISO
 * 8601, what is absent null. A preshared key is written for the socket only.
 */
public final class NodeJson {
  static final JsonMapper MAPPER = JsonMapper.shared();

  private NodeJson() {}

  /** Indented, for people who read JSON and programs alike. */
  public static String text(JsonNode json) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }

  public static ObjectNode of(NodeDescription node) {
    ObjectNode json = object();
    json.put("role", node.isLeader() ? "leader" : "worker");
    json.put("public_key", node.publicKey().toBase64());
    json.put("overlay_ip", IpText.format(node.nodeIp()));
    json.put("cidr", node.cidr().toString());
    json.put("interface", node.interfaceName());
    json.put("port", node.port());
    put(json, "endpoint", node.endpoint().map(HostPort::toString));
    json.put("data_dir", node.dataDirectory().toString());
    return json;
  }

  static NodeDescription node(JsonNode json) {
    return new NodeDescription(
        json.get("role").asString().equals("leader"),
        PublicKey.parse(json.get("public_key").asString()),
        IpText.parse(json.get("overlay_ip").asString()),
        Cidr.parse(json.get("cidr").asString()),
        json.get("interface").asString(),
        json.get("port").asInt(),
        text(json, "endpoint").map(HostPort::parse),
        Path.of(json.get("data_dir").asString()));
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

  static PeerConfig peer(JsonNode json) {
    return new PeerConfig(
        json.get("node_id").asString(),
        PublicKey.parse(json.get("public_key").asString()),
        text(json, "endpoint").map(HostPort::parse),
        text(json, "overlay_ip").map(IpText::parse),
        Duration.ofSeconds(json.get("keepalive_seconds").asLong()),
        text(json, "hostname"),
        text(json, "preshared_key").map(PresharedKey::parse),
        text(json, "slice").map(Cidr::parse));
  }

  static List<PeerConfig> peers(JsonNode json) {
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
    return json;
  }

  private static ObjectNode of(NodeStatus.Peer peer) {
    ObjectNode json = of(peer.config());
    put(json, "configured_endpoint", peer.config().endpoint().map(HostPort::toString));
    put(json, "endpoint", peer.endpoint());
    put(json, "last_handshake", peer.lastHandshake().map(Instant::toString));
    json.put("received_bytes", peer.receivedBytes());
    json.put("sent_bytes", peer.sentBytes());
    json.set("drops", drops(peer.drops()));
    return json;
  }

  static NodeStatus status(JsonNode json) {
    List<NodeStatus.Peer> peers = new ArrayList<>();
    json.get("peers").forEach(peer -> peers.add(statusOfPeer(peer)));
    return new NodeStatus(
        node(json.get("node")),
        json.get("pid").asLong(),
        Instant.parse(json.get("started_at").asString()),
        json.get("interface").get("mtu").asInt(),
        Path.of(json.get("interface").get("uapi_socket").asString()),
        json.get("crypto").asString(),
        peers,
        drops(json.get("drops")));
  }

  private static NodeStatus.Peer statusOfPeer(JsonNode json) {
    ObjectNode config = (ObjectNode) json.deepCopy();
    config.set("endpoint", config.get("configured_endpoint"));
    return new NodeStatus.Peer(
        peer(config),
        text(json, "endpoint"),
        text(json, "last_handshake").map(Instant::parse),
        json.get("received_bytes").asLong(),
        json.get("sent_bytes").asLong(),
        drops(json.get("drops")));
  }

  private static ObjectNode drops(Map<DropReason, Long> drops) {
    ObjectNode json = object();
    drops.forEach((reason, count) -> json.put(reason.name().toLowerCase(Locale.ROOT), count));
    return json;
  }

  private static Map<DropReason, Long> drops(JsonNode json) {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    json.properties()
        .forEach(entry ->
            drops.put(
                DropReason.valueOf(entry.getKey().toUpperCase(Locale.ROOT)),
                entry.getValue().asLong()));
    return drops;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void put(ObjectNode json, String name, Optional<String> value) {
    value.ifPresentOrElse(text -> json.put(name, text), () -> json.putNull(name));
  }

  private static Optional<String> text(JsonNode json, String name) {
    return json.hasNonNull(name) ? Optional.of(json.get(name).asString()) : Optional.empty();
  }
}
