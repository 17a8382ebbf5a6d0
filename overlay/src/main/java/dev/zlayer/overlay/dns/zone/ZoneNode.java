package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshNode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A node that has names in the zone.
 *
 * @param addresses its own, one at least
 * @param hostname a further name, without the zone
 * @param leader whether it is the leader
 */
public record ZoneNode(List<InetAddress> addresses, Optional<String> hostname, boolean leader) {
  public ZoneNode {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("a node without an address has no names");
    }
  }

  /** The nodes of a mesh: this one and its peers. */
  public static List<ZoneNode> of(MeshNode self, List<PeerConfig> peers) {
    List<ZoneNode> nodes = new ArrayList<>(peers.size() + 1);
    nodes.add(new ZoneNode(self.addresses(), self.hostname(), self.leader()));
    for (PeerConfig peer : peers) {
      boolean leads = !self.leader() && peer.nodeId().equals(MeshNode.LEADER_ID);
      peer.overlayIp()
          .map(self::addressesOf)
          .ifPresent(addresses -> nodes.add(new ZoneNode(addresses, peer.hostname(), leads)));
    }
    return nodes;
  }
}
