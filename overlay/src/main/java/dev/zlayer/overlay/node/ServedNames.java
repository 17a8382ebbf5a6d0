package dev.zlayer.overlay.node;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.dns.DnsServer;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.resolver.NameIntegration;
import dev.zlayer.overlay.state.NodeState;
import dev.zlayer.overlay.state.Registry;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names that a node serves while it runs, which are those of the registry, and what leads the
 * machine's programs to them. Thread safe: what is served changes under the monitor, so that
 * nothing older is followed later.
 */
final class ServedNames implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServedNames.class);

  private final Registry registry;
  private final NameIntegration integration;

  /** Peers whose last verdict was DOWN; one that has no verdict yet is none of them. */
  private final Set<PublicKey> down = ConcurrentHashMap.newKeySet();

  private Optional<DnsServer> server = Optional.empty();

  /** Why the names that the map asks for aren't served; empty if they are. */
  private volatile Optional<String> fault = Optional.empty();

  private boolean closed;

  ServedNames(Registry registry, NameIntegration integration) {
    this.registry = registry;
    this.integration = integration;
  }

  /**
   * Serves names if the state asks for it.
   *
   * @throws OverlayException if the address or the port can't be had
   */
  void start() {
    integration.undoLeft();
    follow();
  }

  /** The same after the start, when nobody waits to be told what is in the way. */
  void followMap() {
    try {
      follow();
      fault = Optional.empty();
    } catch (OverlayException e) {
      fault = Optional.of(e.getMessage());
      LOG.warn("the names of the leader's zone aren't served here: {}", e.getMessage());
    }
  }

  /** Serves as the state asks for it now; another way than before, if need be. */
  private synchronized void follow() {
    NodeState state = registry.state();
    if (closed || server.map(DnsServer::config).equals(NodeDns.config(state))) {
      return;
    }
    integration.withdraw();
    server.ifPresent(DnsServer::close);
    server = Optional.empty();
    Optional<DnsServer> next = NodeDns.server(state);
    next.ifPresent(DnsServer::start);
    server = next;
    next.ifPresent(integration::follow);
  }

  /** Serves the names as they are now. */
  void changed() {
    synchronized (this) {
      server.ifPresent(names -> NodeDns.follow(names, registry.state()));
    }
    withdrawDown();
  }

  /** Takes a peer that is DOWN out of the names that it shares with others, or back in. */
  void follow(PublicKey peer, boolean healthy) {
    if (healthy) {
      down.remove(peer);
    } else {
      down.add(peer);
    }
    withdrawDown();
  }

  private void withdrawDown() {
    server()
        .ifPresent(names -> {
          names.handle().withdraw(downAddresses());
          integration.namesChanged(names);
        });
  }

  private Set<InetAddress> downAddresses() {
    MeshNode self = registry.state().mesh().node();
    List<PeerConfig> peers = registry.peers();
    down.retainAll(peers.stream().map(PeerConfig::publicKey).toList());
    return peers.stream()
        .filter(peer -> down.contains(peer.publicKey()))
        .flatMap(peer -> peer.overlayIp().stream())
        .flatMap(address -> self.addressesOf(address).stream())
        .collect(Collectors.toSet());
  }

  /** What serves them; empty if nothing does. */
  synchronized Optional<DnsServer> server() {
    return server;
  }

  /** Looks whether a resolver of the machine's has begun that is to be told; now and then. */
  synchronized void lookAgain() {
    server.ifPresent(integration::lookAgain);
  }

  /** Why names aren't served that should be; empty if they are. */
  Optional<String> fault() {
    return fault;
  }

  /** How the machine's programs come by them. */
  NameResolution resolution() {
    return integration.status();
  }

  /** Why the machine's programs don't come by them, though they should; empty if they do. */
  Optional<String> resolutionFault() {
    return integration.fault();
  }

  @Override
  public synchronized void close() {
    closed = true;
    integration.close();
    server.ifPresent(DnsServer::close);
  }
}
