package dev.zlayer.overlay.api;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.map.LeaderMap;
import dev.zlayer.overlay.map.MapLog;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.overlay.state.StateFile;
import dev.zlayer.testkit.SeededEntropy;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A leader with a real registry and a real API, whose clock stands still until it is moved. */
public final class LeaderDouble {
  public static final InetAddress ADDRESS = IpText.parse("127.0.0.1");

  public final Registry registry;
  public final MapLog maps = new MapLog("log-1");
  public final ControlApi api;
  final PublicKey publicKey;
  long now = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();
  final Entropy entropy = SeededEntropy.of(7)::fill;

  /** A leader of 127.0.0.0/8, so that members can be on any address of this host. */
  public LeaderDouble(Path folder) {
    PrivateKey privateKey = PrivateKey.generate(entropy);
    publicKey = Crypto.system().publicKey(privateKey);
    MeshNode node =
        new MeshNode(Cidr.parse("127.0.0.0/8"), ADDRESS, publicKey, true, Optional.empty());
    MeshSnapshot mesh = new MeshSnapshot(node, List.of(), Optional.empty(), Map.of(), 0, 0);
    DataDirectory directory = new DataDirectory(folder);
    directory.create();
    NodeConfig config = new NodeConfig("zl0", 51820, privateKey, Instant.ofEpochMilli(now));
    registry =
        new Registry(
            StateFile.create(directory, new NodeState(config, mesh, Optional.empty(), Map.of())));
    api =
        new ControlApi(
            Crypto.system(),
            privateKey,
            registry.pairKeys(() -> PairKeys.generate(entropy)),
            registry,
            maps,
            this::publish);
    publish();
  }

  static PrivateKey privateKey(int seed) {
    return PrivateKey.generate(SeededEntropy.of(seed)::fill);
  }

  public void publish() {
    MeshSnapshot mesh = registry.snapshot();
    maps.update(
        LeaderMap.members(mesh, Optional.empty(), Map.of()),
        registry.state().mapNames(),
        mesh.epoch(),
        mesh.revision());
  }

  Instant time() {
    return Instant.ofEpochMilli(now);
  }

  InviteToken invite() {
    return registry.invite(
        InviteOptions.DEFAULT, HostPort.parse("192.0.2.1:51820"), "invite", time());
  }

  /** Somebody who is a member by an invite. */
  MemberDouble enrol() {
    InviteToken token = invite();
    MemberDouble member = new MemberDouble(this, PrivateKey.generate(entropy));
    member.redeem(token);
    return member;
  }

  /** Somebody whom the operator has added by hand. */
  public MemberDouble addByHand(String nodeId) {
    MemberDouble member = new MemberDouble(this, PrivateKey.generate(entropy));
    PeerConfig peer = PeerConfig.of(nodeId, member.publicKey.toBase64());
    registry.add(peer, "add", time());
    publish();
    return member;
  }

  ApiResponse ask(InetAddress source, ApiRequest request) {
    return assertInstanceOf(ControlApi.Outcome.Answered.class, api.handle(source, request, now))
        .response();
  }
}
