package dev.zlayer.overlay.node;

import dev.zlayer.device.Device;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.map.WantedPeers;
import dev.zlayer.overlay.mesh.Reconciliation;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The peers of the running interface, which are those of the registry. Thread safe: a change is
 * made under the monitor, so that none brings back what another one has just taken away.
 */
final class InterfacePeers {
  private final Device device;
  private final Registry registry;
  private final BooleanSupplier mapIsTrusted;

  /**
   * @param mapIsTrusted whether peers that came with the leader's map count
   */
  InterfacePeers(Device device, Registry registry, BooleanSupplier mapIsTrusted) {
    this.device = device;
    this.registry = registry;
    this.mapIsTrusted = mapIsTrusted;
  }

  /** Makes the interface's peers those of the registry. */
  synchronized void reconcile() {
    NodeState state = registry.state();
    List<PeerSettings> wanted =
        WantedPeers.of(
            mapIsTrusted.getAsBoolean() ? state.mesh() : WantedPeers.withoutMapped(state.mesh()),
            state.knownPlaces(),
            ControlApi.PORT);
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
      device.initiate(settings.publicKey());
    }
  }
}
