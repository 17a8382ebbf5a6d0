package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.FollowedMap;
import dev.zlayer.overlay.map.MapNames;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * All that a node keeps over a restart.
 *
 * @param mesh membership
 * @param endpoint how others reach this node, as far as its operator said so
 * @param learnedEndpoints where peers were last heard, by public key; no part of membership
 * @param dns the names that it serves
 * @param pairKeys on a leader, from which the preshared keys between members come; empty in a file
 *     that the original wrote
 * @param followed on a worker, what it has of the leader's map beside the peers; empty before the
 *     first
 * @param enrolledBy the public key of the invite by which this node became a member
 */
public record NodeState(
    NodeConfig config,
    MeshSnapshot mesh,
    Optional<HostPort> endpoint,
    Map<PublicKey, HostPort> learnedEndpoints,
    DnsState dns,
    Optional<PairKeys> pairKeys,
    Optional<FollowedMap> followed,
    Optional<PublicKey> enrolledBy) {
  public NodeState {
    Objects.requireNonNull(config);
    Objects.requireNonNull(mesh);
    Objects.requireNonNull(endpoint);
    learnedEndpoints = Map.copyOf(learnedEndpoints);
    Objects.requireNonNull(dns);
    Objects.requireNonNull(pairKeys);
    Objects.requireNonNull(followed);
    Objects.requireNonNull(enrolledBy);
  }

  /** A state in which nothing was said about DNS, and nobody was invited or followed. */
  public NodeState(
      NodeConfig config,
      MeshSnapshot mesh,
      Optional<HostPort> endpoint,
      Map<PublicKey, HostPort> learnedEndpoints) {
    this(
        config,
        mesh,
        endpoint,
        learnedEndpoints,
        DnsState.UNDECIDED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * What the node serves of names while it runs: as its operator said, and where he said nothing a
   * worker serves those of its leader.
   */
  public Optional<DnsConfig> servedNames() {
    return dns.enabled().isPresent()
        ? Optional.of(dns.config()).filter(_ -> dns.isEnabled())
        : followed.flatMap(map -> map.names().zone()).map(DnsConfig::of);
  }

  /** What it serves of names, or would if it were told to. */
  public DnsConfig names() {
    return servedNames().orElse(dns.config());
  }

  /** Addresses under names beside those that nodes have by themselves: ours and the map's. */
  public Set<DnsState.AddedName> addedNames() {
    Set<DnsState.AddedName> names = new LinkedHashSet<>(dns.added());
    followed.ifPresent(map ->
        map.names()
            .records()
            .forEach(name -> names.add(new DnsState.AddedName(name.host(), name.address()))));
    return names;
  }

  /** Where peers may be found, the likeliest first: where we heard them, where the leader does. */
  public List<Map<PublicKey, HostPort>> knownPlaces() {
    return List.of(learnedEndpoints, followed.map(FollowedMap::observed).orElse(Map.of()));
  }

  /** What a leader tells its members of names. */
  public MapNames mapNames() {
    return new MapNames(
        servedNames().map(DnsConfig::zone),
        dns.added().stream().map(name -> new MapNames.Name(name.host(), name.address())).toList());
  }

  public NodeState withMesh(MeshSnapshot value) {
    return new NodeState(
        config, value, endpoint, learnedEndpoints, dns, pairKeys, followed, enrolledBy);
  }

  public NodeState withConfig(NodeConfig value) {
    return new NodeState(
        value, mesh, endpoint, learnedEndpoints, dns, pairKeys, followed, enrolledBy);
  }

  public NodeState withEndpoint(Optional<HostPort> value) {
    return new NodeState(
        config, mesh, value, learnedEndpoints, dns, pairKeys, followed, enrolledBy);
  }

  public NodeState withLearnedEndpoints(Map<PublicKey, HostPort> value) {
    return new NodeState(config, mesh, endpoint, value, dns, pairKeys, followed, enrolledBy);
  }

  public NodeState withDns(DnsState value) {
    return new NodeState(
        config, mesh, endpoint, learnedEndpoints, value, pairKeys, followed, enrolledBy);
  }

  public NodeState withPairKeys(PairKeys value) {
    return new NodeState(
        config, mesh, endpoint, learnedEndpoints, dns, Optional.of(value), followed, enrolledBy);
  }

  /** With what a worker knows after a change of the leader's map. */
  public NodeState withAdopted(Adoption adopted) {
    return withMesh(adopted.mesh()).withFollowed(adopted.map());
  }

  public NodeState withFollowed(FollowedMap value) {
    return new NodeState(
        config, mesh, endpoint, learnedEndpoints, dns, pairKeys, Optional.of(value), enrolledBy);
  }

  public NodeState withEnrolledBy(PublicKey invite) {
    return new NodeState(
        config, mesh, endpoint, learnedEndpoints, dns, pairKeys, followed, Optional.of(invite));
  }
}
