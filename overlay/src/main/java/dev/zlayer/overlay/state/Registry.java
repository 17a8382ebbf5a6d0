package dev.zlayer.overlay.state;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.InviteOptions;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.overlay.enrolment.PairKeys;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.map.Adoption;
import dev.zlayer.overlay.map.MapChange;
import dev.zlayer.overlay.mesh.Invite;
import dev.zlayer.overlay.mesh.Membership;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshEvent;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshRefusal;
import dev.zlayer.overlay.mesh.MeshSnapshot;
import dev.zlayer.overlay.mesh.MeshState;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership in the node's own state file: a command counts once the file has it. What a worker
 * follows of its leader's map is kept here too. Thread safe; its monitor is held while the file is
 * written, so that no two writes overtake each other.
 */
public final class Registry implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  private final StateFile file;
  private MeshState mesh;
  private boolean retired;

  /** Why the last write failed; empty if it didn't. */
  private Optional<String> fault = Optional.empty();

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

  /** The leader that this worker follows; empty on a leader. */
  public synchronized Optional<PeerConfig> leader() {
    return mesh.node().leader() ? Optional.empty() : mesh.peerByNodeId(MeshNode.LEADER_ID);
  }

  @Override
  public synchronized MeshNode node() {
    return mesh.node();
  }

  @Override
  public synchronized MeshSnapshot snapshot() {
    return file.state().mesh();
  }

  @Override
  public synchronized Optional<PeerConfig> peer(PublicKey publicKey) {
    return mesh.peerByPublicKey(publicKey);
  }

  @Override
  public synchronized Optional<Invite> invite(PublicKey publicKey) {
    return mesh.invite(publicKey);
  }

  @Override
  public synchronized boolean isEnrolled(PublicKey publicKey) {
    return mesh.isEnrolled(publicKey);
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
   * Invites one joiner: what is kept of it is the public half of its temporary identity and the
   * preshared key.
   *
   * @param endpoint where the joiner finds this leader
   */
  public synchronized InviteToken invite(
      InviteOptions invite, HostPort endpoint, String requestId, Instant time) {
    SecureRandom random = new SecureRandom();
    PrivateKey temporary = PrivateKey.generate(random::nextBytes);
    PresharedKey presharedKey = PresharedKey.generate(random::nextBytes);
    MeshCommand issue =
        new MeshCommand.IssueInvite(
            requestId,
            time,
            Crypto.system().publicKey(temporary),
            presharedKey,
            invite.ip(),
            invite.name(),
            time.plus(invite.expiresIn()));
    Invite issued =
        submit(issue).stream()
            .map(event -> ((MeshEvent.InviteIssued) event).invite())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("an invite was issued without an event"));
    MeshNode node = mesh.node();
    return new InviteToken(
        node.network(),
        node.networkV6(),
        node.publicKey(),
        node.address(),
        List.of(endpoint),
        temporary,
        presharedKey,
        issued.temporaryIp(),
        issued.expiresAt());
  }

  /**
   * Takes back an invite that nobody has redeemed.
   *
   * @param keyOrName its public key, or the name that it promises
   */
  public synchronized Invite revoke(String keyOrName, String requestId, Instant time) {
    Invite invite =
        mesh.invites().stream()
            .filter(one ->
                one.publicKey().toBase64().equals(keyOrName)
                    || (one.isAlive() && one.name().equals(Optional.of(keyOrName))))
            .findFirst()
            .orElseThrow(() ->
                new OverlayException(
                    "no invite has the public key or the name '" + keyOrName + "'"));
    submit(new MeshCommand.RevokeInvite(requestId, time, invite.publicKey()));
    return mesh.invite(invite.publicKey()).orElse(invite);
  }

  /** Deletes everything for good; what comes afterwards isn't kept. */
  public synchronized void retire() {
    file.delete();
    retired = true;
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
    save(state.withMesh(mesh.snapshot()));
  }

  /** Changes what is kept of DNS. */
  public synchronized void changeDns(UnaryOperator<DnsState> change) {
    DnsState changed = change.apply(file.state().dns());
    if (!changed.equals(file.state().dns())) {
      save(file.state().withDns(changed));
    }
  }

  /** Keeps where peers were last heard from, if that differs from what is kept. */
  public synchronized void learn(Map<PublicKey, HostPort> endpoints) {
    if (!endpoints.equals(file.state().learnedEndpoints())) {
      save(file.state().withLearnedEndpoints(endpoints));
    }
  }

  /**
   * On a leader: the secret that members' keys come from, made by {@code fresh} if there is none.
   */
  public synchronized PairKeys pairKeys(Supplier<PairKeys> fresh) {
    return file.state()
        .pairKeys()
        .orElseGet(() -> {
          PairKeys keys = fresh.get();
          save(file.state().withPairKeys(keys));
          return keys;
        });
  }

  /**
   * On a worker: takes in a change of the leader's map.
   *
   * @throws MeshRefusal if it contradicts itself; nothing has changed then
   */
  public synchronized void adopt(MapChange change, Instant time) {
    Adoption adopted = Adoption.of(file.state().mesh(), file.state().followed(), change, time);
    MeshState next = MeshState.restore(adopted.mesh(), IpAllocator.DEFAULT_REST);
    save(file.state().withAdopted(adopted));
    mesh = next;
  }

  /** On a worker: keeps when the leader said last that the map is as it is here. */
  public synchronized void confirmMap(Instant time) {
    file.state()
        .followed()
        .ifPresent(map -> save(file.state().withFollowed(map.confirmedAt(time))));
  }

  @Override
  public synchronized List<MeshEvent> submit(MeshCommand command) {
    List<MeshEvent> events = mesh.apply(command);
    try {
      save(file.state().withMesh(mesh.snapshot()));
    } catch (RuntimeException e) {
      mesh = restored();
      throw e;
    }
    return events;
  }

  /**
   * Why what changes can't be kept; empty if it can. A write that failed is tried again by this.
   */
  public synchronized Optional<String> fault() {
    if (retired) {
      return Optional.empty();
    }
    Optional<String> obstacle = file.obstacle();
    if (obstacle.isEmpty() && fault.isPresent()) {
      try {
        save(file.state());
      } catch (StateFileException e) {
        LOG.debug("the state still can't be written: {}", e.getMessage());
      }
    }
    return obstacle.or(() -> fault);
  }

  private void save(NodeState state) {
    if (retired) {
      return;
    }
    try {
      file.save(state);
      fault = Optional.empty();
    } catch (StateFileException e) {
      fault = Optional.of(e.getMessage());
      throw e;
    }
  }

  private MeshState restored() {
    return MeshState.restore(file.state().mesh(), IpAllocator.DEFAULT_REST);
  }
}
