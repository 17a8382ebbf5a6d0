package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.wireguard.Cidr;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The whole state of a mesh as a plain value.
 *
 * @param peers in the order in which they came
 * @param leases who holds what; empty on a worker, and where nothing was leased yet
 * @param sliceByNodeId ranges set aside for nodes, whether they are peers now or not
 * @param invites those that aren't forgotten, in the order in which they were issued
 * @param enrolled peers that nobody added here by hand: on a leader those that came by an invite,
 *     on a worker those that came with the leader's map
 * @param epoch changes when the state is restored from elsewhere
 * @param revision commands applied in this epoch
 */
public record MeshSnapshot(
    MeshNode node,
    List<PeerConfig> peers,
    Optional<IpAllocatorState> leases,
    Map<String, Cidr> sliceByNodeId,
    List<Invite> invites,
    Set<PublicKey> enrolled,
    long epoch,
    long revision) {
  public MeshSnapshot {
    Objects.requireNonNull(node);
    peers = List.copyOf(peers);
    Objects.requireNonNull(leases);
    invites = List.copyOf(invites);
    enrolled = Set.copyOf(enrolled);
    sliceByNodeId = Collections.unmodifiableSortedMap(new TreeMap<>(sliceByNodeId));
    if (epoch < 0 || revision < 0) {
      throw new IllegalArgumentException(
          "version " + epoch + "." + revision + " has a negative part");
    }
  }

  /** The same with other peers. */
  public MeshSnapshot withPeers(List<PeerConfig> value) {
    return new MeshSnapshot(node, value, leases, sliceByNodeId, invites, enrolled, epoch, revision);
  }

  /** A mesh of peers that were all added by hand. */
  public MeshSnapshot(
      MeshNode node,
      List<PeerConfig> peers,
      Optional<IpAllocatorState> leases,
      Map<String, Cidr> sliceByNodeId,
      long epoch,
      long revision) {
    this(node, peers, leases, sliceByNodeId, List.of(), Set.of(), epoch, revision);
  }
}
