package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.mesh.MeshNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the dashboard goes by.
 *
 * @param self the node as the mesh knows it
 * @param zone of the names that it serves; empty where it serves none
 * @param checkEvery from one check of its peers to the next
 */
public record MeshFacts(
    NodeStatus status,
    MeshNode self,
    Optional<String> zone,
    List<DnsRecord> names,
    Duration checkEvery) {
  public MeshFacts {
    names = List.copyOf(names);
  }
}
