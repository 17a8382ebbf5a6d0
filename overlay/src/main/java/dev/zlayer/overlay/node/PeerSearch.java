package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.map.WantedPeers;
import dev.zlayer.overlay.state.Registry;
import dev.zlayer.overlay.state.StateFileException;
import dev.zlayer.wireguard.PeerStatus;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for peers that don't answer, at every place where they may be, and remembers where the
 * others were heard from.
 *
 * <p>A peer without a living session is tried at the next of its places every {@link
 * SearchSchedule#PATIENCE}: where it was last heard by us, then by the leader, and every address
 * that its configured host name has now. A peer that answers is left alone: what WireGuard learned
 * of it isn't overwritten.
 *
 * <p>One virtual thread does all of it. It changes the interface and writes what is to be kept
 * under the monitor only, and so neither after {@link #close}, when the data directory may have
 * another owner.
 */
final class PeerSearch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerSearch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Device device;
  private final Registry registry;
  private final InterfacePeers peers;
  private final SearchSchedule schedule = new SearchSchedule();
  private final Thread thread =
      Thread.ofVirtual().name("zlayer peer search").unstarted(this::search);
  private volatile boolean closed;

  PeerSearch(Device device, Registry registry, InterfacePeers peers) {
    this.device = device;
    this.registry = registry;
    this.peers = peers;
  }

  void start() {
    thread.start();
  }

  /** Has it look at once, since peers have changed. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Ends the search and keeps what was learned. */
  @Override
  public synchronized void close() {
    keepLearned();
    closed = true;
    LockSupport.unpark(thread);
  }

  private void search() {
    while (!closed) {
      try {
        Map<PublicKey, PeerStatus> statuses = new HashMap<>();
        device.peers().forEach(peer -> statuses.put(peer.settings().publicKey(), peer));
        schedule.retain(statuses.keySet());
        for (PeerConfig peer : registry.peers()) {
          PeerStatus status = statuses.get(peer.publicKey());
          if (status != null && !closed) {
            look(peer, status);
          }
        }
        keepLearned();
      } catch (RuntimeException e) {
        LOG.warn("the search for peers failed, and goes on: {}", e.getMessage(), e);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private void look(PeerConfig peer, PeerStatus status) {
    OptionalInt next = schedule.nextPlace(status, Instant.now());
    if (next.isEmpty()) {
      return;
    }
    List<Endpoint> places = places(peer);
    if (!places.isEmpty()) {
      Endpoint place = places.get(next.getAsInt() % places.size());
      LOG.debug("looking for {} at {}", peer.nodeId(), place);
      lookAt(place, status);
    }
  }

  private synchronized void lookAt(Endpoint place, PeerStatus seen) {
    if (!closed) {
      peers.lookAt(place, seen);
    }
  }

  /** Where the peer may be, the likeliest first. Asks DNS. */
  private List<Endpoint> places(PeerConfig peer) {
    List<Endpoint> places = new ArrayList<>();
    for (Map<PublicKey, HostPort> known : registry.state().knownPlaces()) {
      Optional.ofNullable(known.get(peer.publicKey()))
          .flatMap(WantedPeers::literal)
          .filter(place -> !places.contains(place))
          .ifPresent(places::add);
    }
    for (Endpoint place : peer.endpoint().map(PeerSearch::resolve).orElse(List.of())) {
      if (!places.contains(place)) {
        places.add(place);
      }
    }
    return places;
  }

  /** The addresses of a place, now. Asks DNS. */
  static List<Endpoint> resolve(HostPort place) {
    Optional<Endpoint> literal = WantedPeers.literal(place);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    try {
      List<Endpoint> endpoints = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(place.host())) {
        endpoints.add(Endpoint.of(address, place.port()));
      }
      return endpoints;
    } catch (UnknownHostException e) {
      LOG.warn("{} has no address; it is asked for again later", place.host());
      return List.of();
    }
  }

  private synchronized void keepLearned() {
    if (closed) {
      return;
    }
    Map<PublicKey, HostPort> learned = new HashMap<>(registry.state().learnedEndpoints());
    learned.putAll(HeardFrom.places(device.peers()));
    learned.keySet().retainAll(registry.peers().stream().map(PeerConfig::publicKey).toList());
    try {
      registry.learn(learned);
    } catch (StateFileException e) {
      LOG.warn("endpoints that were learned aren't kept: {}", e.getMessage());
    }
  }
}
