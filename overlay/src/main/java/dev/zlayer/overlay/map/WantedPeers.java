package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.Confinement;
import dev.zlayer.wireguard.PeerSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The peers that a node's interface should have, from what the node knows of the mesh. */
public final class WantedPeers {
  private WantedPeers() {}

  /**
   * Every peer of the mesh, and on a leader the temporary identity of every invite, confined to the
   * control API.
   *
   * @param places where peers are looked for first, the likeliest map first; an address is needed,
   *     so what is only a name has to wait for the search
   * @param controlPort where the leader's control API listens on its overlay address
   */
  public static List<PeerSettings> of(
      MeshSnapshot mesh, List<Map<PublicKey, HostPort>> places, int controlPort) {
    List<PeerSettings> wanted = new ArrayList<>();
    mesh.peers().forEach(peer -> wanted.add(settings(peer, mesh.node(), places)));
    Confinement controlApi = new Confinement(mesh.node().address(), controlPort);
    mesh.invites().forEach(invite -> wanted.add(settings(invite).withConfinement(controlApi)));
    return wanted;
  }

  /** A worker's mesh with the leader and who was added by hand only: its map is too old. */
  public static MeshSnapshot withoutMapped(MeshSnapshot mesh) {
    return mesh.withPeers(
        mesh.peers().stream()
            .filter(peer ->
                !mesh.enrolled().contains(peer.publicKey())
                    || peer.nodeId().equals(MeshNode.LEADER_ID))
            .toList());
  }

  private static PeerSettings settings(
      PeerConfig peer, MeshNode self, List<Map<PublicKey, HostPort>> places) {
    LinkedHashSet<Cidr> allowedIps = new LinkedHashSet<>();
    for (InetAddress address : self.addressesOf(peer.overlayIp().orElseThrow())) {
      allowedIps.add(Cidr.host(address));
    }
    peer.slice().ifPresent(allowedIps::add);
    Stream<HostPort> known =
        places.stream().map(map -> map.get(peer.publicKey())).filter(Objects::nonNull);
    return new PeerSettings(
        peer.publicKey(),
        peer.presharedKey().orElse(PresharedKey.NONE),
        Stream.concat(known, peer.endpoint().stream())
            .flatMap(place -> literal(place).stream())
            .findFirst(),
        (int) peer.keepalive().toSeconds(),
        allowedIps);
  }

  private static PeerSettings settings(Invite invite) {
    return PeerSettings.of(invite.publicKey(), Cidr.host(invite.temporaryIp()))
        .withPresharedKey(invite.presharedKey());
  }

  /** The endpoint of a host that is an address; empty for a name. */
  public static Optional<Endpoint> literal(HostPort place) {
    return place.address().map(address -> Endpoint.of(address, place.port()));
  }
}
