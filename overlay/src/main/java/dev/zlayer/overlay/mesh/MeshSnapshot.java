package dev.zlayer.overlay.mesh;

import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.wireguard.Cidr;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole state of a mesh as a plain value.
 *
 * @param peers in the order in which they came
 * @param leases who holds what; empty on a worker, and where nothing was leased yet
 * @param sliceByNodeId ranges set aside for nodes, whether they are peers now or not
 * @param invites those whose time isn't over, in the order in which they were issued
 * @param epoch changes when the state is restored from elsewhere
 * @param revision commands applied in this epoch
 */
public record MeshSnapshot(
    MeshNode node,
    List<PeerConfig> peers,
    Optional<IpAllocatorState> leases,
    Map<String, Cidr> sliceByNodeId,
    List<Invite> invites,
    long epoch,
    long revision) {
  public MeshSnapshot {
    Objects.requireNonNull(node);
    peers = List.copyOf(peers);
    Objects.requireNonNull(leases);
    invites = List.copyOf(invites);
    sliceByNodeId = Collections.unmodifiableSortedMap(new TreeMap<>(sliceByNodeId));
    if (epoch < 0 || revision < 0) {
      throw new IllegalArgumentException(
          "version " + epoch + "." + revision + " has a negative part");
    }
  }

  /** A mesh without invites. */
  public MeshSnapshot(
      MeshNode node,
      List<PeerConfig> peers,
      Optional<IpAllocatorState> leases,
      Map<String, Cidr> sliceByNodeId,
      long epoch,
      long revision) {
    this(node, peers, leases, sliceByNodeId, List.of(), epoch, revision);
  }
}
