package dev.zlayer.overlay.state;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshEvent;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.mesh.MeshState;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes changes of membership durable and ordered: a command counts once the state file has it.
 * Thread safe; its monitor is held while the file is written, so that no two writes overtake each
 * other.
 */
public final class Registry {
  private final StateFile file;
  private MeshState mesh;

  public Registry(StateFile file) {
    this.file = file;
    this.mesh = restored();
  }

  /** What is on the disk. */
  public synchronized NodeState state() {
    return file.state();
  }

  public synchronized List<PeerConfig> peers() {
    return mesh.peers();
  }

  /**
   * Takes a peer in.
   *
   * @return the peer with its address
   * @throws MeshRefusal if the mesh can't take it
   * @throws StateFileException if it can't be written down; nothing has changed then
   */
  public synchronized PeerConfig add(PeerConfig peer, String requestId, Instant time) {
    for (MeshEvent event : submit(new MeshCommand.AddPeer(requestId, time, peer))) {
      if (event instanceof MeshEvent.PeerAdded added) {
        return added.peer();
      }
    }
    throw new IllegalStateException("a peer was added without an event");
  }

  /**
   * Takes a peer out.
   *
   * @return the peer that it was
   * @throws MeshRefusal if there is no such peer
   */
  public synchronized PeerConfig remove(String keyOrIdOrName, String requestId, Instant time) {
    PeerConfig peer = mesh.require(keyOrIdOrName);
    submit(new MeshCommand.RemovePeer(requestId, time, peer.publicKey()));
    return peer;
  }

  /**
   * Leases an address for a peer to come.
   *
   * @throws MeshRefusal on a worker and in a full network
   */
  public synchronized InetAddress lease(String requestId, Instant time) {
    for (MeshEvent event : submit(new MeshCommand.LeaseAddress(requestId, time))) {
      if (event instanceof MeshEvent.AddressLeased leased) {
        return leased.address();
      }
    }
    throw new IllegalStateException("an address was leased without an event");
  }

  /**
   * Ends what {@link #lease} began.
   *
   * @throws MeshRefusal if a node has the address, or it isn't leased
   */
  public synchronized void release(InetAddress address, String requestId, Instant time) {
    submit(new MeshCommand.ReleaseAddress(requestId, time, address));
  }

  /** How full the network is; empty on a worker. */
  public synchronized Optional<AllocationStats> allocationStats(Instant time) {
    return restored().allocationStats(time);
  }

  /** The same with every address that isn't free. */
  public synchronized Optional<Allocations> allocations(Instant time) {
    return restored().allocations(time);
  }

  /** The address that would be leased next, which it isn't by this; empty where there is none. */
  public synchronized Optional<InetAddress> nextFreeAddress(Instant time) {
    try {
      MeshCommand lease = new MeshCommand.LeaseAddress("next-free-address", time);
      return restored().apply(lease).stream()
          .map(event -> event instanceof MeshEvent.AddressLeased leased ? leased.address() : null)
          .filter(Objects::nonNull)
          .findFirst();
    } catch (MeshRefusal e) {
      return Optional.empty();
    }
  }

  /** Replaces what isn't membership. */
  public synchronized void reconfigure(NodeState state) {
    file.save(state.withMesh(mesh.snapshot()));
  }

  /** Changes what is kept of DNS. */
  public synchronized void changeDns(UnaryOperator<DnsState> change) {
    DnsState changed = change.apply(file.state().dns());
    if (!changed.equals(file.state().dns())) {
      file.save(file.state().withDns(changed));
    }
  }

  /** Keeps where peers were last heard from, if that differs from what is kept. */
  public synchronized void learn(Map<PublicKey, HostPort> endpoints) {
    if (!endpoints.equals(file.state().learnedEndpoints())) {
      file.save(file.state().withLearnedEndpoints(endpoints));
    }
  }

  private List<MeshEvent> submit(MeshCommand command) {
    List<MeshEvent> events = mesh.apply(command);
    try {
      file.save(file.state().withMesh(mesh.snapshot()));
    } catch (RuntimeException e) {
      mesh = restored();
      throw e;
    }
    return events;
  }

  private MeshState restored() {
    return MeshState.restore(file.state().mesh(), IpAllocator.DEFAULT_REST);
  }
}
