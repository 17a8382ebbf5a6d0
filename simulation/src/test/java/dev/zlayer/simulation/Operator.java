package dev.zlayer.simulation;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeConfig;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who administers the leader: the commands of {@code zlayer-overlay} on its machine, which work on
 * a leader that runs and on one that doesn't.
 */
final class Operator {
  private static final Cidr NETWORK = Cidr.parse("10.200.0.0/24");

  final Host leader;
  private final World world;

  Operator(World world) {
    this.world = world;
    this.leader = new Host(world, "leader", Duration.ZERO, true);
    PrivateKey privateKey = PrivateKey.generate(world.entropy::fill);
    MeshNode node =
        new MeshNode(
            NETWORK,
            HostRange.of(NETWORK).firstHost(),
            world.crypto.publicKey(privateKey),
            true,
            Optional.empty());
    leader.install(
        new NodeState(
                new NodeConfig("zl-overlay0", Host.PORT, privateKey, leader.wall()),
                MeshState.create(node, IpAllocator.DEFAULT_REST).snapshot(),
                leader.declared(),
                Map.of())
            .withDns(DnsState.UNDECIDED.withConfig(DnsConfig.of("overlay.local"))));
  }

  /** The leader's membership, as it is on its disk. */
  NodeState state() {
    return leader.disk.state().orElseThrow();
  }

  /** The token; empty if the leader refuses, or dies before it has said it. */
  Optional<InviteToken> invite(
      Optional<String> name, Optional<InetAddress> ip, Duration expiresIn) {
    PrivateKey temporary = PrivateKey.generate(world.entropy::fill);
    PresharedKey presharedKey = PresharedKey.generate(world.entropy::fill);
    PublicKey publicKey = world.crypto.publicKey(temporary);
    boolean done =
        atLeader(
            "invite",
            registry ->
                registry.submit(
                    new MeshCommand.IssueInvite(
                        world.requestId(),
                        leader.wall(),
                        publicKey,
                        presharedKey,
                        ip,
                        name,
                        leader.wall().plus(expiresIn))));
    if (!done) {
      return Optional.empty();
    }
    Invite issued =
        state().mesh().invites().stream()
            .filter(one -> one.publicKey().equals(publicKey))
            .findFirst()
            .orElseThrow();
    MeshNode node = state().mesh().node();
    InviteToken token =
        new InviteToken(
            node.network(),
            node.networkV6(),
            node.publicKey(),
            node.address(),
            List.of(state().endpoint().orElseThrow()),
            temporary,
            presharedKey,
            issued.temporaryIp(),
            issued.expiresAt());
    return Optional.of(InviteToken.parse(token.encode()));
  }

  /** Introduces a new worker and the leader to each other, without a token. */
  void addByHand(Host host) {
    PrivateKey privateKey = PrivateKey.generate(world.entropy::fill);
    PublicKey key = world.crypto.publicKey(privateKey);
    PeerConfig peer =
        PeerConfig.of("hand-" + world.requestId(), key.toBase64()).withEndpoint(host.declared());
    boolean done =
        atLeader(
            "peer add",
            registry ->
                registry.submit(new MeshCommand.AddPeer(world.requestId(), leader.wall(), peer)));
    if (done) {
      InetAddress address =
          state().mesh().peers().stream()
              .filter(one -> one.publicKey().equals(key))
              .flatMap(one -> one.overlayIp().stream())
              .findFirst()
              .orElseThrow();
      host.install(worker(host, privateKey, address));
    }
  }

  private NodeState worker(Host host, PrivateKey privateKey, InetAddress address) {
    MeshNode node =
        new MeshNode(NETWORK, address, world.crypto.publicKey(privateKey), false, Optional.empty());
    MeshNode ours = state().mesh().node();
    PeerConfig peer =
        PeerConfig.of(MeshNode.LEADER_ID, ours.publicKey().toBase64())
            .withEndpoint(state().endpoint())
            .withOverlayIp(ours.address());
    MeshState mesh = MeshState.create(node, IpAllocator.DEFAULT_REST);
    mesh.apply(new MeshCommand.AddPeer(world.requestId(), host.wall(), peer));
    return new NodeState(
        new NodeConfig("zl-overlay0", Host.PORT, privateKey, host.wall()),
        mesh.snapshot(),
        host.declared(),
        Map.of());
  }

  void revoke(PublicKey invite) {
    atLeader(
        "revoke",
        registry ->
            registry.submit(
                new MeshCommand.RevokeInvite(world.requestId(), leader.wall(), invite)));
  }

  void remove(PublicKey member) {
    atLeader(
        "remove",
        registry ->
            registry.submit(new MeshCommand.RemovePeer(world.requestId(), leader.wall(), member)));
  }

  void addName(String host, InetAddress address) {
    atLeader("dns add", registry -> registry.changeDns(dns -> dns.plus(host, address)));
  }

  void removeName(String host) {
    atLeader(
        "dns remove", registry -> registry.changeDns(dns -> dns.minus(host, Optional.empty())));
  }

  /** Whether the command was done as far as its operator can tell. */
  private boolean atLeader(String name, Consumer<DiskRegistry> command) {
    boolean[] done = {false};
    leader.run(() -> {
      Optional<MemberProgram> running = leader.member();
      DiskRegistry registry =
          running
              .map(program -> program.registry)
              .orElseGet(() -> new DiskRegistry(world, leader.disk));
      try {
        command.accept(registry);
      } catch (OverlayException e) {
        world.tell("operator", name + " is refused: " + e.getMessage());
        world.count(name + " refused");
        return;
      }
      running.ifPresent(MemberProgram::reconcile);
      world.tell("operator", name);
      world.count(name);
      done[0] = true;
    });
    return done[0];
  }
}
