package dev.zlayer.overlay.dashboard;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.control.ConditionJson;
import dev.zlayer.overlay.control.NodeJson;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import dev.zlayer.overlay.mesh.MeshNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node and its peers as the page has them: camel case, what isn't known is left out. Map and
 * conditions are as {@code status --json} has them.
 */
final class MeshJson {
  private final MeshFacts facts;
  private final History history;
  private final Instant now;
  private final NamedNodes names;

  private MeshJson(MeshFacts facts, History history, Instant now) {
    this.facts = facts;
    this.history = history;
    this.now = now;
    List<List<InetAddress>> nodes = new ArrayList<>();
    nodes.add(facts.self().addresses());
    facts.status().peers().stream()
        .map(peer -> addresses(peer.config()))
        .filter(node -> !node.isEmpty())
        .forEach(nodes::add);
    this.names = new NamedNodes(facts.names(), nodes);
  }

  /**
   * @param version of this software
   */
  static ObjectNode of(String version, MeshFacts facts, History history, Instant now) {
    return new MeshJson(facts, history, now).json(version);
  }

  private ObjectNode json(String version) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("now", text(now));
    json.put("version", version);
    json.set("self", self());
    facts.status().map().ifPresent(map -> json.set("map", NodeJson.of(map)));
    ArrayNode conditions = json.putArray("conditions");
    facts.status().conditions().forEach(condition -> conditions.add(ConditionJson.of(condition)));
    json.put("checkEvery", facts.checkEvery().toSeconds());
    ArrayNode peers = json.putArray("peers");
    facts.status().peers().forEach(peer -> peers.add(peer(peer)));
    ArrayNode others = json.putArray("names");
    names
        .others()
        .forEach((name, addresses) -> {
          ObjectNode other = others.addObject();
          other.put("name", name);
          putAddresses(other, addresses);
        });
    return json;
  }

  private ObjectNode self() {
    NodeDescription node = facts.status().node();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", selfId());
    json.put("leader", node.isLeader());
    json.put("publicKey", node.publicKey().toBase64());
    json.put("interface", node.interfaceName());
    putAddresses(json, facts.self().addresses());
    putNames(json, names.of(facts.self().addresses()));
    node.endpoint().map(HostPort::toString).ifPresent(endpoint -> json.put("endpoint", endpoint));
    json.put("port", node.port());
    facts.zone().ifPresent(zone -> json.put("zone", zone));
    json.put("startedAt", text(facts.status().startedAt()));
    return json;
  }

  /** As others would call it: nobody tells a worker under which id its leader knows it. */
  private String selfId() {
    return facts.self().leader()
        ? MeshNode.LEADER_ID
        : facts.self().hostname().orElseGet(() -> IpText.format(facts.self().address()));
  }

  private ObjectNode peer(NodeStatus.Peer peer) {
    PeerConfig config = peer.config();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", config.nodeId());
    json.put("publicKey", config.publicKey().toBase64());
    json.put("leader", !facts.self().leader() && config.nodeId().equals(MeshNode.LEADER_ID));
    List<InetAddress> addresses = addresses(config);
    putAddresses(json, addresses);
    putNames(json, names.of(addresses));
    peer.endpoint().ifPresent(endpoint -> json.put("endpoint", endpoint));
    Optional<PeerHealth> health = peer.health();
    json.put("state", health.map(verdict -> verdict.healthy() ? "up" : "down").orElse("unknown"));
    health.flatMap(PeerHealth::since).ifPresent(since -> json.put("since", text(since)));
    DownReason.of(peer, now).ifPresent(reason -> json.put("reason", reason));
    peer.lastHandshake().ifPresent(at -> json.put("lastHandshake", text(at)));
    health
        .flatMap(PeerHealth::lastPing)
        .ifPresent(ping -> json.put("rttMillis", rounded(ping.toNanos() / 1e6)));
    health
        .map(PeerHealth::pings)
        .filter(pings -> pings.sent() > 0)
        .map(PingStatistics::loss)
        .ifPresent(loss -> json.put("loss", rounded(loss)));
    json.put("receivedBytes", peer.receivedBytes());
    json.put("sentBytes", peer.sentBytes());
    putRate(json, "receiveRate", history.receiveRate(config.publicKey()));
    putRate(json, "sendRate", history.sendRate(config.publicKey()));
    return json;
  }

  private List<InetAddress> addresses(PeerConfig peer) {
    return peer.overlayIp().map(facts.self()::addressesOf).orElse(List.of());
  }

  private static void putAddresses(ObjectNode json, List<InetAddress> addresses) {
    ArrayNode array = json.putArray("addresses");
    addresses.forEach(address -> array.add(IpText.format(address)));
  }

  private static void putNames(ObjectNode json, List<String> names) {
    ArrayNode array = json.putArray("names");
    names.forEach(array::add);
  }

  private static void putRate(ObjectNode json, String name, float rate) {
    if (!Float.isNaN(rate)) {
      json.put(name, Math.round((double) rate));
    }
  }

  /** To a thousandth, in as few digits as that takes. */
  static BigDecimal rounded(double value) {
    BigDecimal few =
        BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
    return few.scale() < 0 ? few.setScale(0) : few;
  }

  /** In milliseconds, as browsers have the time. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS).toString();
  }
}
