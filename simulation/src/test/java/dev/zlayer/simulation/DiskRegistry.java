package dev.zlayer.simulation;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.Membership;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshEvent;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.overlay.state.DnsState;
import dev.zlayer.overlay.state.NodeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What {@code Registry} is in the product, on a simulated disk. A leader's commands are judged by
 * the reference model, too: it says beforehand which are refused, and afterwards what has come of
 * them.
 */
final class DiskRegistry implements Membership {
  private final World world;
  private final Disk disk;
  private MeshState mesh;

  DiskRegistry(World world, Disk disk) {
    this.world = world;
    this.disk = disk;
    this.mesh = restored(disk.load());
  }

  NodeState state() {
    return disk.state().orElseThrow();
  }

  List<PeerConfig> peers() {
    return mesh.peers();
  }

  Optional<PeerConfig> leader() {
    return mesh.node().leader() ? Optional.empty() : mesh.peerByNodeId(MeshNode.LEADER_ID);
  }

  @Override
  public MeshNode node() {
    return mesh.node();
  }

  @Override
  public MeshSnapshot snapshot() {
    return state().mesh();
  }

  @Override
  public Optional<PeerConfig> peer(PublicKey publicKey) {
    return mesh.peerByPublicKey(publicKey);
  }

  @Override
  public Optional<Invite> invite(PublicKey publicKey) {
    return mesh.invite(publicKey);
  }

  @Override
  public boolean isEnrolled(PublicKey publicKey) {
    return mesh.isEnrolled(publicKey);
  }

  @Override
  public List<MeshEvent> submit(MeshCommand command) {
    Optional<Boolean> allowed = world.model.allows(command);
    List<MeshEvent> events;
    try {
      events = mesh.apply(command);
    } catch (MeshRefusal e) {
      Expect.that(!allowed.orElse(false), "the mesh refuses what the model allows", e, command);
      throw e;
    }
    Expect.that(allowed.orElse(true), "the mesh follows what the model refuses", command);
    disk.save(
        state().withMesh(mesh.snapshot()),
        () -> {
          world.model.follow(command);
          world.model.expectSameAs(state().mesh());
        });
    return events;
  }

  void adopt(MapChange change, Instant time) {
    Adoption adopted = Adoption.of(state().mesh(), state().followed(), change, time);
    MeshState next = MeshState.restore(adopted.mesh(), IpAllocator.DEFAULT_REST);
    disk.save(state().withAdopted(adopted));
    mesh = next;
  }

  void learn(Map<PublicKey, HostPort> endpoints) {
    if (!endpoints.equals(state().learnedEndpoints())) {
      disk.save(state().withLearnedEndpoints(endpoints));
    }
  }

  PairKeys pairKeys(Supplier<PairKeys> fresh) {
    return state()
        .pairKeys()
        .orElseGet(() -> {
          PairKeys keys = fresh.get();
          disk.save(state().withPairKeys(keys));
          return keys;
        });
  }

  void changeDns(UnaryOperator<DnsState> change) {
    disk.save(state().withDns(change.apply(state().dns())));
  }

  private static MeshState restored(NodeState state) {
    return MeshState.restore(state.mesh(), IpAllocator.DEFAULT_REST);
  }
}
