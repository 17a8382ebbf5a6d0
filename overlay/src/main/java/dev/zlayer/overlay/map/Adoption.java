package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A worker's view of the mesh after a change of the leader's map.
 *
 * <p>Peers that came with the map are what the map says. Those that were added here by hand stay,
 * unless the map has the same key, node id, host name or address, or says that they were removed.
 */
public record Adoption(MeshSnapshot mesh, FollowedMap map) {
  /** What a node that knows {@code mesh} and {@code before} knows after {@code change}. */
  public static Adoption of(
      MeshSnapshot mesh, Optional<FollowedMap> before, MapChange change, Instant now) {
    Map<PublicKey, PeerConfig> mapped = new LinkedHashMap<>();
    Map<PublicKey, HostPort> observed = new HashMap<>();
    if (!change.whole()) {
      mesh.peers().stream()
          .filter(peer -> mesh.enrolled().contains(peer.publicKey()))
          .forEach(peer -> mapped.put(peer.publicKey(), peer));
      before.ifPresent(map -> observed.putAll(map.observed()));
    }
    mapped.keySet().removeAll(change.removed());
    Optional<String> hostname = mesh.node().hostname();
    for (Member member : change.members()) {
      PublicKey key = member.publicKey();
      if (key.equals(mesh.node().publicKey())) {
        hostname = member.hostname();
      } else {
        mapped.put(key, member.toPeer());
        member
            .observed()
            .ifPresentOrElse(place -> observed.put(key, place), () -> observed.remove(key));
      }
    }
    observed.keySet().retainAll(mapped.keySet());
    List<PeerConfig> peers = new ArrayList<>(mapped.values());
    peers.addAll(addedByHand(mesh, mapped, change.removed()));
    MeshSnapshot after =
        new MeshSnapshot(
            mesh.node().withHostname(hostname),
            peers,
            mesh.leases(),
            mesh.sliceByNodeId(),
            mesh.invites(),
            mapped.keySet(),
            change.epoch(),
            change.revision());
    return new Adoption(after, new FollowedMap(change.position(), now, observed, change.names()));
  }

  private static List<PeerConfig> addedByHand(
      MeshSnapshot mesh, Map<PublicKey, PeerConfig> mapped, Set<PublicKey> removed) {
    Set<Object> taken = new HashSet<>(removed);
    mapped.values().forEach(peer -> taken.addAll(unique(peer)));
    return mesh.peers().stream()
        .filter(peer -> !mesh.enrolled().contains(peer.publicKey()))
        .filter(peer -> unique(peer).stream().noneMatch(taken::contains))
        .toList();
  }

  /** Everything that no two peers may share. */
  private static List<Object> unique(PeerConfig peer) {
    List<Object> unique = new ArrayList<>();
    unique.add(peer.publicKey());
    unique.add("id " + peer.nodeId());
    unique.add(peer.overlayIp().orElseThrow());
    peer.hostname().ifPresent(name -> unique.add("name " + name.toLowerCase(Locale.ROOT)));
    return unique;
  }
}
