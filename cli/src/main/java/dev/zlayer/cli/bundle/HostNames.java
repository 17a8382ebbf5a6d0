package dev.zlayer.cli.bundle;

import dev.zlayer.cli.doctor.Patient;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.state.NodeState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of hosts that a node and its machine know. */
final class HostNames {
  private HostNames() {}

  static Set<String> of(Patient patient) {
    Set<String> names = new LinkedHashSet<>(Machine.names());
    patient.state().ifPresent(state -> add(names, state));
    patient.status().ifPresent(status -> status.peers().forEach(peer -> add(names, peer.config())));
    // What every mesh has tells nothing.
    names.remove(MeshNode.LEADER_ID);
    names.remove("localhost");
    return names;
  }

  private static void add(Set<String> names, NodeState state) {
    state.mesh().peers().forEach(peer -> add(names, peer));
    state.mesh().node().hostname().ifPresent(names::add);
    state.mesh().invites().stream().map(Invite::name).forEach(name -> name.ifPresent(names::add));
    state.endpoint().map(HostPort::host).ifPresent(names::add);
    state.addedNames().forEach(added -> names.add(added.host()));
    state
        .servedNames()
        .map(DnsConfig::zone)
        .filter(zone -> !zone.equals(DnsConfig.DEFAULT_ZONE))
        .ifPresent(names::add);
    state.dns().config().upstreams().stream()
        .flatMap(List::stream)
        .map(HostPort::host)
        .forEach(names::add);
  }

  private static void add(Set<String> names, PeerConfig peer) {
    names.add(peer.nodeId());
    peer.hostname().ifPresent(names::add);
    peer.endpoint().map(HostPort::host).ifPresent(names::add);
  }
}
