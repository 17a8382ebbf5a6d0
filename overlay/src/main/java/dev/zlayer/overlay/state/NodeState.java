package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a node keeps over a restart.
 *
 * @param mesh membership
 * @param endpoint how others reach this node, as far as its operator said so
 * @param learnedEndpoints where peers were last heard, by public key; no part of membership
 * @param dns the names that it serves
 */
public record NodeState(
    NodeConfig config,
    MeshSnapshot mesh,
    Optional<HostPort> endpoint,
    Map<PublicKey, HostPort> learnedEndpoints,
    DnsState dns) {
  public NodeState {
    Objects.requireNonNull(config);
    Objects.requireNonNull(mesh);
    Objects.requireNonNull(endpoint);
    learnedEndpoints = Map.copyOf(learnedEndpoints);
    Objects.requireNonNull(dns);
  }

  /** A state in which nothing was said about DNS. */
  public NodeState(
      NodeConfig config,
      MeshSnapshot mesh,
      Optional<HostPort> endpoint,
      Map<PublicKey, HostPort> learnedEndpoints) {
    this(config, mesh, endpoint, learnedEndpoints, DnsState.UNDECIDED);
  }

  public NodeState withMesh(MeshSnapshot value) {
    return new NodeState(config, value, endpoint, learnedEndpoints, dns);
  }

  public NodeState withConfig(NodeConfig value) {
    return new NodeState(value, mesh, endpoint, learnedEndpoints, dns);
  }

  public NodeState withEndpoint(Optional<HostPort> value) {
    return new NodeState(config, mesh, value, learnedEndpoints, dns);
  }

  public NodeState withLearnedEndpoints(Map<PublicKey, HostPort> value) {
    return new NodeState(config, mesh, endpoint, value, dns);
  }

  public NodeState withDns(DnsState value) {
    return new NodeState(config, mesh, endpoint, learnedEndpoints, value);
  }
}
