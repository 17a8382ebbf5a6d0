package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.Device;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
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
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for peers that don't answer, at every place where they may be, and remembers where the
 * others were heard from.
 *
 * <p>A peer without a living session is tried at the next of its places every {@link #PATIENCE}:
 * where it was last heard, and every address that its configured host name has now. A peer that
 * answers is left alone: what WireGuard learned of it isn't overwritten. One virtual thread does
 * all of it.
 */
final class PeerSearch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerSearch.class);

  /** How long a peer may take to answer at one place. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A session lives for three minutes; a peer with an older one and a keepalive is lost. */
  private static final Duration SESSION_LIFE = Duration.ofSeconds(190);

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final Device device;
  private final Registry registry;
  private final Map<PublicKey, Attempt> attempts = new HashMap<>();
  private final Thread thread =
      Thread.ofVirtual().name("zlayer peer search").unstarted(this::search);
  private volatile boolean closed;

  /** Where a peer is looked for, as a position in the list of its places, and since when. */
  private record Attempt(int place, Instant since) {}

  PeerSearch(Device device, Registry registry) {
    this.device = device;
    this.registry = registry;
  }

  /** The endpoint of a host that is an address; empty for a name. */
  static Optional<Endpoint> literal(HostPort place) {
    return place.address().map(address -> Endpoint.of(address, place.port()));
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
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    keepLearned();
  }

  private void search() {
    while (!closed) {
      try {
        Map<PublicKey, PeerStatus> statuses = new HashMap<>();
        device.peers().forEach(peer -> statuses.put(peer.settings().publicKey(), peer));
        attempts.keySet().retainAll(statuses.keySet());
        for (PeerConfig peer : registry.peers()) {
          PeerStatus status = statuses.get(peer.publicKey());
          if (status != null && !closed) {
            look(peer, status, Instant.now());
          }
        }
        keepLearned();
      } catch (RuntimeException e) {
        LOG.warn("the search for peers failed, and goes on: {}", e.getMessage(), e);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private void look(PeerConfig peer, PeerStatus status, Instant now) {
    if (!isLost(peer, status, now)) {
      attempts.remove(peer.publicKey());
      return;
    }
    Attempt attempt = attempts.get(peer.publicKey());
    boolean isUnplaced = status.settings().endpoint().isEmpty();
    if (attempt == null && !isUnplaced) {
      attempts.put(peer.publicKey(), new Attempt(0, now));
      return;
    }
    if (attempt != null && now.isBefore(attempt.since().plus(PATIENCE))) {
      return;
    }
    List<Endpoint> places = places(peer);
    int next = attempt == null ? 0 : attempt.place() + 1;
    attempts.put(peer.publicKey(), new Attempt(next, now));
    if (!places.isEmpty()) {
      Endpoint place = places.get(next % places.size());
      if (!status.settings().endpoint().equals(Optional.of(place))) {
        LOG.debug("looking for {} at {}", peer.nodeId(), place);
        device.configure(status.settings().withEndpoint(place));
      }
      device.initiateAll();
    }
  }

  private static boolean isLost(PeerConfig peer, PeerStatus status, Instant now) {
    return status
        .lastHandshake()
        .map(then -> !peer.keepalive().isZero() && then.plus(SESSION_LIFE).isBefore(now))
        .orElse(true);
  }

  /** Where the peer may be, the likeliest first. Asks DNS. */
  private List<Endpoint> places(PeerConfig peer) {
    List<Endpoint> places = new ArrayList<>();
    Optional.ofNullable(registry.state().learnedEndpoints().get(peer.publicKey()))
        .flatMap(PeerSearch::literal)
        .ifPresent(places::add);
    for (Endpoint place : peer.endpoint().map(this::resolve).orElse(List.of())) {
      if (!places.contains(place)) {
        places.add(place);
      }
    }
    return places;
  }

  private List<Endpoint> resolve(HostPort place) {
    Optional<Endpoint> literal = literal(place);
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
      LOG.warn(
          "{} has no address; it is asked for again in {} s", place.host(), PATIENCE.toSeconds());
      return List.of();
    }
  }

  private void keepLearned() {
    Map<PublicKey, HostPort> learned = new HashMap<>(registry.state().learnedEndpoints());
    for (PeerStatus peer : device.peers()) {
      if (peer.lastHandshake().isPresent()) {
        peer.settings()
            .endpoint()
            .ifPresent(endpoint ->
                learned.put(
                    peer.settings().publicKey(), HostPort.of(endpoint.address(), endpoint.port())));
      }
    }
    learned.keySet().retainAll(registry.peers().stream().map(PeerConfig::publicKey).toList());
    try {
      registry.learn(learned);
    } catch (StateFileException e) {
      LOG.warn("endpoints that were learned aren't kept: {}", e.getMessage());
    }
  }
}
