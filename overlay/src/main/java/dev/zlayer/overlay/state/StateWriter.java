package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.wireguard.Cidr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Typed values into the state file's tree. Fields that we don't know stay where they are: those of
 * a peer go with its public key. {@code slice_allocator_state} is kept as it came, since nothing is
 * carved here.
 */
public final class StateWriter {
  /** The one key that the original doesn't know. */
  static final String OWN_KEY = "zlayer_java";

  /** The version of what stands under {@link #OWN_KEY}. */
  static final long SCHEMA = 1;

  private StateWriter() {}

  /** A copy of {@code previous}, which may be empty, that says what {@code state} says. */
  public static ObjectNode merge(ObjectNode previous, NodeState state) {
    ObjectNode tree = previous.deepCopy();
    writeConfig(object(tree, "config"), state);
    tree.set("peers", peers(previous, state.mesh().peers()));
    state.mesh().leases().ifPresent(leases -> writeLeases(object(tree, "allocator_state"), leases));
    writeOwn(object(tree, OWN_KEY), state);
    return tree;
  }

  private static void writeConfig(ObjectNode config, NodeState state) {
    MeshNode node = state.mesh().node();
    config.put("cidr", node.network().toString());
    config.put("node_ip", IpText.format(node.address()));
    config.put("interface", state.config().interfaceName());
    config.put("port", state.config().port());
    config.put("private_key", state.config().privateKey().toBase64());
    config.put("public_key", node.publicKey().toBase64());
    config.put("is_leader", node.leader());
    config.put("created_at", state.config().createdAt().getEpochSecond());
    putOrNull(config, "slice_cidr", node.slice().map(Cidr::toString));
  }

  private static ArrayNode peers(ObjectNode previous, List<PeerConfig> peers) {
    Map<String, ObjectNode> known = new HashMap<>();
    for (JsonNode peer : previous.path("peers")) {
      if (peer instanceof ObjectNode object) {
        known.put(object.path("public_key").asString(""), object);
      }
    }
    ArrayNode array = JsonNodeFactory.instance.arrayNode(peers.size());
    for (PeerConfig peer : peers) {
      ObjectNode before = known.get(peer.publicKey().toBase64());
      array.add(before == null ? newPeer(peer) : writePeer(before.deepCopy(), peer));
    }
    return array;
  }

  private static ObjectNode newPeer(PeerConfig peer) {
    ObjectNode node = writePeer(JsonNodeFactory.instance.objectNode(), peer);
    node.putArray("candidates");
    node.put("connection_type", "Direct");
    return node;
  }

  private static ObjectNode writePeer(ObjectNode node, PeerConfig peer) {
    node.put("node_id", peer.nodeId());
    node.put("public_key", peer.publicKey().toBase64());
    // The original wants a string here; what it can't parse it skips.
    node.put("endpoint", peer.endpoint().map(HostPort::toString).orElse(""));
    node.put("overlay_ip", IpText.format(peer.overlayIp().orElseThrow()));
    boolean defaulted = node.has("keepalive") && node.get("keepalive").isNull();
    if (!defaulted || !peer.keepalive().equals(PeerConfig.DEFAULT_KEEPALIVE)) {
      node.put("keepalive", peer.keepalive().toSeconds());
    }
    putOrNull(node, "hostname", peer.hostname());
    putOrNull(node, "slice_cidr", peer.slice().map(Cidr::toString));
    return node;
  }

  private static void writeLeases(ObjectNode node, IpAllocatorState leases) {
    node.put("cidr", leases.cidr().toString());
    ArrayNode allocated = node.putArray("allocated");
    leases.allocated().forEach(address -> allocated.add(IpText.format(address)));
  }

  private static void writeOwn(ObjectNode own, NodeState state) {
    own.put("schema", SCHEMA);
    own.put("epoch", state.mesh().epoch());
    own.put("revision", state.mesh().revision());
    MeshNode node = state.mesh().node();
    putOrRemove(own, "cidr_v6", node.networkV6().map(Cidr::toString));
    putOrRemove(own, "hostname", node.hostname());
    putOrRemove(own, "endpoint", state.endpoint().map(HostPort::toString));
    putOrRemove(own, "mesh_secret", state.pairKeys().map(keys -> keys.meshSecret().toBase64()));
    putOrRemove(own, "enrolled_by", state.enrolledBy().map(PublicKey::toBase64));
    MapFields.write(own, state.followed());
    DnsFields.write(object(own, "dns"), state.dns());
    if (own.get("dns").isEmpty()) {
      own.remove("dns");
    }
    InviteFields.write(own, state.mesh().invites());
    writeEnrolled(own, state.mesh());
    ObjectNode presharedKeys = own.putObject("preshared_keys");
    ObjectNode learnedEndpoints = own.putObject("learned_endpoints");
    for (PeerConfig peer : state.mesh().peers()) {
      String publicKey = peer.publicKey().toBase64();
      peer.presharedKey().ifPresent(key -> presharedKeys.put(publicKey, key.toBase64()));
      HostPort learned = state.learnedEndpoints().get(peer.publicKey());
      if (learned != null) {
        learnedEndpoints.put(publicKey, learned.toString());
      }
    }
    ObjectNode resting = own.putObject("resting");
    state
        .mesh()
        .leases()
        .ifPresent(leases ->
            leases
                .restingSince()
                .forEach((address, since) ->
                    resting.put(IpText.format(address), since.getEpochSecond())));
  }

  /** In the peers' order, so that equal states are equal files; where nobody enrolled, nothing. */
  private static void writeEnrolled(ObjectNode own, MeshSnapshot mesh) {
    own.remove("enrolled");
    if (!mesh.enrolled().isEmpty()) {
      ArrayNode enrolled = own.putArray("enrolled");
      mesh.peers().stream()
          .map(PeerConfig::publicKey)
          .filter(mesh.enrolled()::contains)
          .forEach(key -> enrolled.add(key.toBase64()));
    }
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
  }

  private static void putOrRemove(ObjectNode node, String name, Optional<String> value) {
    value.ifPresentOrElse(text -> node.put(name, text), () -> node.remove(name));
  }

  private static void putOrNull(ObjectNode node, String name, Optional<String> value) {
    value.ifPresentOrElse(text -> node.put(name, text), () -> node.putNull(name));
  }
}
