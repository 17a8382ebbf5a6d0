package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.Reconciliation;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers of the running interface, which are those of the registry. Thread safe: a change is
 * made under the monitor, so that none brings back what another one has just taken away.
 */
final class InterfacePeers {
  private final Device device;
  private final Registry registry;

  InterfacePeers(Device device, Registry registry) {
    this.device = device;
    this.registry = registry;
  }

  /** The endpoint of a host that is an address; empty for a name. */
  static Optional<Endpoint> literal(HostPort place) {
    return place.address().map(address -> Endpoint.of(address, place.port()));
  }

  /** Makes the interface's peers those of the registry. */
  synchronized void reconcile() {
    NodeState state = registry.state();
    MeshNode self = state.mesh().node();
    Map<PublicKey, HostPort> learned = state.learnedEndpoints();
    List<PeerSettings> wanted =
        registry.peers().stream().map(peer -> settings(peer, self, learned)).toList();
    List<PeerSettings> running = device.peers().stream().map(PeerStatus::settings).toList();
    for (Reconciliation.Action action : Reconciliation.plan(wanted, running)) {
      switch (action) {
        case Reconciliation.Action.Remove remove -> device.remove(remove.publicKey());
        case Reconciliation.Action.Configure configure -> device.configure(configure.settings());
      }
    }
    device.initiateAll();
  }

  /**
   * Has a peer looked for at {@code place}, unless it was removed, or heard from, since it was
   * {@code seen}.
   */
  synchronized void lookAt(Endpoint place, PeerStatus seen) {
    Optional<PeerStatus> silent =
        device
            .peer(seen.settings().publicKey())
            .filter(peer -> peer.lastHandshake().equals(seen.lastHandshake()));
    if (silent.isPresent()) {
      PeerSettings settings = silent.get().settings();
      if (!settings.endpoint().equals(Optional.of(place))) {
        device.configure(settings.withEndpoint(place));
      }
      device.initiateAll();
    }
  }

  /** A peer as the interface wants it; where it was last heard is a better guess than its word. */
  private static PeerSettings settings(
      PeerConfig peer, MeshNode self, Map<PublicKey, HostPort> learned) {
    LinkedHashSet<Cidr> allowedIps = new LinkedHashSet<>();
    self.addressesOf(peer.overlayIp().orElseThrow())
        .forEach(address -> allowedIps.add(Cidr.host(address)));
    peer.slice().ifPresent(allowedIps::add);
    Optional<HostPort> place =
        Optional.ofNullable(learned.get(peer.publicKey())).or(peer::endpoint);
    return new PeerSettings(
        peer.publicKey(),
        peer.presharedKey().orElse(PresharedKey.NONE),
        place.flatMap(InterfacePeers::literal),
        (int) peer.keepalive().toSeconds(),
        allowedIps);
  }
}
