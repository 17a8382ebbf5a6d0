package dev.zlayer.overlay.state;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The state file's tree as typed values. What the original defaults is defaulted alike. */
public final class StateReader {
  private static final long MAX_EPOCH_SECOND =
      Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private final JsonFields root;
  private final JsonFields own;

  private StateReader(ObjectNode tree) {
    this.root = new JsonFields("", tree);
    this.own =
        root.optionalObject(StateWriter.OWN_KEY)
            .orElseGet(
                () -> new JsonFields(StateWriter.OWN_KEY, JsonNodeFactory.instance.objectNode()));
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException naming a field and its rule, never a secret
   */
  public static NodeState read(ObjectNode tree) {
    return new StateReader(tree).state();
  }

  private NodeState state() {
    long schema = own.optionalWhole("schema", 1, Long.MAX_VALUE).orElse(StateWriter.SCHEMA);
    if (schema > StateWriter.SCHEMA) {
      throw new IllegalArgumentException(
          "it was written by a newer version of this program (schema " + schema + ")");
    }
    JsonFields config = root.object("config");
    NodeConfig nodeConfig =
        new NodeConfig(
            config.value("interface", Function.identity()),
            (int) config.whole("port", 1, 65535),
            config.value("private_key", PrivateKey::parse),
            Instant.ofEpochSecond(config.whole("created_at", 0, MAX_EPOCH_SECOND)));
    MeshNode node =
        new MeshNode(
            config.value("cidr", Cidr::parseEnclosing),
            config.value("node_ip", IpText::parse),
            own.optionalValue("cidr_v6", Cidr::parseEnclosing),
            config.value("public_key", PublicKey::parse),
            config.flag("is_leader"),
            config.optionalValue("slice_cidr", Cidr::parseEnclosing),
            own.optionalValue("hostname", Function.identity()));
    requireKeyPair(nodeConfig, node);
    return new NodeState(
        nodeConfig,
        mesh(node),
        own.optionalValue("endpoint", HostPort::parse),
        own.valuesByName("learned_endpoints", PublicKey::parse, HostPort::parse),
        own.optionalObject("dns").map(DnsFields::read).orElse(DnsState.UNDECIDED),
        own.optionalValue("mesh_secret", text -> new PairKeys(PresharedKey.parse(text))),
        own.optionalObject("map").map(MapFields::read),
        own.optionalValue("enrolled_by", PublicKey::parse));
  }

  private static void requireKeyPair(NodeConfig config, MeshNode node) {
    if (!Crypto.system().publicKey(config.privateKey()).equals(node.publicKey())) {
      throw new JsonFields.BadField(
          "config.public_key", "does not belong to the key in 'config.private_key'");
    }
  }

  private MeshSnapshot mesh(MeshNode node) {
    Map<PublicKey, PresharedKey> presharedKeys =
        own.valuesByName("preshared_keys", PublicKey::parse, PresharedKey::parse);
    List<PeerConfig> peers =
        root.objects("peers").stream().map(fields -> peer(fields, presharedKeys)).toList();
    return new MeshSnapshot(
        node,
        peers,
        node.leader() ? Optional.of(leases(node)) : Optional.empty(),
        root.optionalObject("slice_allocator_state")
            .map(slices -> slices.pairs("assigned", Cidr::parseEnclosing))
            .orElseGet(Map::of),
        own.has("invites") ? InviteFields.read(own) : List.of(),
        own.has("enrolled") ? Set.copyOf(own.values("enrolled", PublicKey::parse)) : Set.of(),
        own.optionalWhole("epoch", 0, Long.MAX_VALUE).orElse(0L),
        own.optionalWhole("revision", 0, Long.MAX_VALUE).orElse(0L));
  }

  private static PeerConfig peer(JsonFields fields, Map<PublicKey, PresharedKey> presharedKeys) {
    PublicKey publicKey = fields.value("public_key", PublicKey::parse);
    Optional<HostPort> endpoint =
        fields.value(
            "endpoint",
            text -> text.isEmpty() ? Optional.empty() : Optional.of(HostPort.parse(text)));
    try {
      return new PeerConfig(
          fields.value("node_id", Function.identity()),
          publicKey,
          endpoint,
          Optional.of(fields.value("overlay_ip", IpText::parse)),
          fields
              .optionalWhole("keepalive", 0, 65535)
              .map(Duration::ofSeconds)
              .orElse(PeerConfig.DEFAULT_KEEPALIVE),
          fields.optionalValue("hostname", Function.identity()),
          Optional.ofNullable(presharedKeys.get(publicKey)),
          fields.optionalValue("slice_cidr", Cidr::parseEnclosing));
    } catch (JsonFields.BadField e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new JsonFields.BadField(fields.path(), "is wrong: " + e.getMessage());
    }
  }

  private IpAllocatorState leases(MeshNode node) {
    Optional<JsonFields> allocator = root.optionalObject("allocator_state");
    Cidr cidr = allocator.map(a -> a.value("cidr", Cidr::parseEnclosing)).orElse(node.network());
    List<InetAddress> allocated =
        allocator.map(a -> a.values("allocated", IpText::parse)).orElseGet(List::of);
    Map<InetAddress, Instant> resting = new HashMap<>();
    own.wholeByName("resting", 0, MAX_EPOCH_SECOND)
        .forEach((address, seconds) ->
            resting.put(IpText.parse(address), Instant.ofEpochSecond(seconds)));
    resting.keySet().removeIf(address -> !cidr.contains(address));
    return new IpAllocatorState(cidr, allocated, resting);
  }
}
