package dev.zlayer.simulation;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.api.ControlApi;
import dev.zlayer.overlay.map.WantedPeers;
import dev.zlayer.overlay.mesh.Reconciliation;
import dev.zlayer.overlay.node.HeardFrom;
import dev.zlayer.overlay.node.SearchSchedule;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** What {@code InterfacePeers} and {@code PeerSearch} are in the product, step by step. */
final class Peers {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Program program;
  private final DiskRegistry registry;
  private final SearchSchedule schedule = new SearchSchedule();
  private int round;

  Peers(Program program, DiskRegistry registry) {
    this.program = program;
    this.registry = registry;
  }

  /** Makes the interface's peers those of the registry. */
  void reconcile() {
    List<PeerSettings> wanted =
        WantedPeers.of(registry.state().mesh(), registry.state().knownPlaces(), ControlApi.PORT);
    List<PeerSettings> running = program.device.peers().stream().map(PeerStatus::settings).toList();
    for (Reconciliation.Action action : Reconciliation.plan(wanted, running)) {
      switch (action) {
        case Reconciliation.Action.Remove remove -> program.device.remove(remove.publicKey());
        case Reconciliation.Action.Configure configure ->
            program.device.configure(configure.settings());
      }
    }
    program.device.initiateAll();
  }

  /** Has the search look at once, and regularly from then on. */
  void wake() {
    int current = ++round;
    program.later(Duration.ZERO, () -> search(current));
  }

  private void search(int current) {
    if (current != round) {
      return;
    }
    Map<PublicKey, PeerStatus> statuses = new HashMap<>();
    program.device.peers().forEach(peer -> statuses.put(peer.settings().publicKey(), peer));
    schedule.retain(statuses.keySet());
    for (PeerConfig peer : registry.peers()) {
      PeerStatus status = statuses.get(peer.publicKey());
      if (status != null) {
        look(peer, status);
      }
    }
    keepLearned();
    program.later(INTERVAL, () -> search(current));
  }

  private void look(PeerConfig peer, PeerStatus status) {
    OptionalInt next = schedule.nextPlace(status, program.host.wall());
    List<Endpoint> places = next.isEmpty() ? List.of() : places(peer);
    if (!places.isEmpty()) {
      lookAt(places.get(next.getAsInt() % places.size()), status);
    }
  }

  private void lookAt(Endpoint place, PeerStatus seen) {
    PeerSettings settings = seen.settings();
    if (!settings.endpoint().equals(Optional.of(place))) {
      program.device.configure(settings.withEndpoint(place));
    }
    program.device.initiate(settings.publicKey());
  }

  private List<Endpoint> places(PeerConfig peer) {
    List<Endpoint> places = new ArrayList<>();
    Stream<HostPort> known =
        registry.state().knownPlaces().stream()
            .flatMap(map -> Optional.ofNullable(map.get(peer.publicKey())).stream());
    Stream.concat(known, peer.endpoint().stream())
        .flatMap(place -> WantedPeers.literal(place).stream())
        .filter(place -> !places.contains(place))
        .forEach(places::add);
    return places;
  }

  private void keepLearned() {
    Map<PublicKey, HostPort> learned = new HashMap<>(registry.state().learnedEndpoints());
    learned.putAll(HeardFrom.places(program.device.peers()));
    learned.keySet().retainAll(registry.peers().stream().map(PeerConfig::publicKey).toList());
    registry.learn(learned);
  }
}
