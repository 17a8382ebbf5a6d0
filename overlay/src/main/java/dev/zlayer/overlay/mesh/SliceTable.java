package dev.zlayer.overlay.mesh;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * The ranges that stand behind nodes or are set aside for them. None of their addresses is leased
 * to another node unasked. Nothing is carved here: slices come with state files and peers.
 */
final class SliceTable {
  private final MeshNode node;
  private final Map<String, Cidr> setAside;
  private final LeaseTable leases;
  private final Map<String, Cidr> peerSlices = new HashMap<>();

  SliceTable(MeshNode node, Map<String, Cidr> setAside, LeaseTable leases) {
    this.node = node;
    this.setAside = setAside;
    this.leases = leases;
    setAside.values().forEach(leases::reserve);
    node.slice().filter(slice -> !setAside.containsValue(slice)).ifPresent(leases::reserve);
  }

  Map<String, Cidr> setAsideByNodeId() {
    return setAside;
  }

  void add(PeerConfig peer) {
    peer.slice()
        .ifPresent(slice -> {
          if (!setAside.containsValue(slice)) {
            leases.reserve(slice);
          }
          peerSlices.put(peer.nodeId(), slice);
        });
  }

  void remove(PeerConfig peer) {
    Cidr slice = peerSlices.remove(peer.nodeId());
    if (slice != null && !setAside.containsValue(slice)) {
      leases.unreserve(slice);
    }
  }

  /** Checks that the slice of {@code peer}, if it has one, is of the network and nobody else's. */
  void requireFree(PeerConfig peer) {
    if (peer.slice().isEmpty()) {
      return;
    }
    Cidr slice = peer.slice().orElseThrow();
    if (!node.network().contains(slice)) {
      throw new MeshRefusal("slice " + slice + " is not a part of " + node.network());
    }
    if (slice.contains(node.address()) || node.slice().filter(slice::overlaps).isPresent()) {
      throw new MeshRefusal("slice " + slice + " holds addresses of this node");
    }
    Cidr own = setAside.get(peer.nodeId());
    if (own != null && !own.equals(slice)) {
      throw new MeshRefusal(
          "slice %s is not %s, which is set aside for '%s'".formatted(slice, own, peer.nodeId()));
    }
    requireNoOverlap(slice, peer.nodeId(), setAside);
    requireNoOverlap(slice, peer.nodeId(), peerSlices);
  }

  /** Checks that {@code address} is in no slice but that of {@code peer}. */
  void requireOutsideOfOthers(InetAddress address, PeerConfig peer) {
    Cidr host = Cidr.host(address);
    node.slice()
        .filter(host::overlaps)
        .ifPresent(slice -> refuseAddress(address, slice, "this node"));
    refuseInside(address, peer.nodeId(), setAside);
    refuseInside(address, peer.nodeId(), peerSlices);
  }

  private static void requireNoOverlap(Cidr slice, String nodeId, Map<String, Cidr> byNodeId) {
    byNodeId.forEach((holder, other) -> {
      if (!holder.equals(nodeId) && other.overlaps(slice)) {
        throw new MeshRefusal(
            "slice %s overlaps %s, which is the slice of '%s'".formatted(slice, other, holder));
      }
    });
  }

  private static void refuseInside(InetAddress address, String nodeId, Map<String, Cidr> byNodeId) {
    byNodeId.forEach((holder, slice) -> {
      if (!holder.equals(nodeId) && slice.contains(address)) {
        refuseAddress(address, slice, "'" + holder + "'");
      }
    });
  }

  private static void refuseAddress(InetAddress address, Cidr slice, String holder) {
    throw new MeshRefusal(
        "address %s is taken: it is in %s, the slice of %s"
            .formatted(IpText.format(address), slice, holder));
  }
}
