package dev.zlayer.overlay.mesh;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Allocations;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.ipam.HostRange;
import dev.zlayer.overlay.ipam.IpAllocator;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The mesh as one node sees it: itself, its peers and, on a leader, the leases.
 *
 * <p>It changes by {@link #apply} only, which checks a command wholly before it changes anything.
 * Two states that were restored from equal snapshots and saw the same commands are equal. Not
 * thread safe.
 */
public final class MeshState {
  /** The most peers that a mesh takes in. */
  public static final int MAX_PEERS = 65_536;

  private static final String NO_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  private static final BigInteger MIN_HOSTS = BigInteger.TWO;

  private final MeshNode node;
  private final PeerTable peers = new PeerTable();
  private final SliceTable slices;
  private final InviteTable invites = new InviteTable();
  private final Set<PublicKey> enrolled;
  private final LeaseTable leases;
  private final long epoch;
  private long revision;

  private MeshState(MeshSnapshot snapshot, Duration rest) {
    this.node = snapshot.node();
    this.epoch = snapshot.epoch();
    this.revision = snapshot.revision();
    this.leases = new LeaseTable(snapshot, rest);
    this.slices = new SliceTable(node, snapshot.sliceByNodeId(), leases);
    snapshot.peers().forEach(this::restore);
    snapshot.invites().forEach(this::restore);
    this.enrolled = new HashSet<>(snapshot.enrolled());
    enrolled.removeIf(key -> peers.byPublicKey(key).isEmpty());
  }

  /**
   * A mesh of this node alone.
   *
   * @param rest how long the address of a removed peer isn't leased to another
   * @throws MeshRefusal when the network has no room for a leader and a worker
   */
  public static MeshState create(MeshNode node, Duration rest) {
    BigInteger hosts = HostRange.of(node.network()).hosts();
    if (hosts.compareTo(MIN_HOSTS) < 0) {
      throw new MeshRefusal(
          "network %s has room for %s node: a mesh needs a leader and at least one worker"
              .formatted(node.network(), hosts));
    }
    return restore(new MeshSnapshot(node, List.of(), Optional.empty(), Map.of(), 0, 0), rest);
  }

  /**
   * The state that {@link #snapshot} gave, or that another implementation wrote down: the node's
   * and the peers' addresses count as leased even where the leases lack them.
   *
   * @throws MeshRefusal when the snapshot contradicts itself
   */
  public static MeshState restore(MeshSnapshot snapshot, Duration rest) {
    try {
      return new MeshState(snapshot, rest);
    } catch (IllegalArgumentException e) {
      throw new MeshRefusal(e.getMessage(), e);
    }
  }

  /** Everything that {@link #restore} needs. */
  public MeshSnapshot snapshot() {
    return new MeshSnapshot(
        node,
        peers.inOrder(),
        leases.toState(),
        slices.setAsideByNodeId(),
        invites(),
        enrolled,
        epoch,
        revision);
  }

  /**
   * Follows a command.
   *
   * @return what changed, in order
   * @throws MeshRefusal naming the value and the rule; nothing has changed then
   */
  public List<MeshEvent> apply(MeshCommand command) {
    List<MeshEvent> events =
        switch (command) {
          case MeshCommand.AddPeer add -> add(add.peer(), add.time());
          case MeshCommand.RemovePeer remove -> remove(remove.publicKey(), remove.time());
          case MeshCommand.LeaseAddress lease ->
              List.of(new MeshEvent.AddressLeased(leases.lease(lease.time())));
          case MeshCommand.ReleaseAddress release -> release(release.address(), release.time());
          case MeshCommand.IssueInvite issue -> issue(issue);
          case MeshCommand.RedeemInvite redeem -> redeem(redeem);
          case MeshCommand.DeclareEndpoint declare -> declare(declare);
          case MeshCommand.ConfirmMember confirm -> confirm(confirm.member());
          case MeshCommand.RevokeInvite revoke -> revoke(revoke.invite(), revoke.time());
          case MeshCommand.ExpireInvites expire -> expire(expire.time());
        };
    revision++;
    return events;
  }

  public MeshNode node() {
    return node;
  }

  /** The invites that aren't forgotten, in the order in which they were issued. */
  public List<Invite> invites() {
    return invites.inOrder();
  }

  /** The invite whose temporary identity has this key, unless it is forgotten. */
  public Optional<Invite> invite(PublicKey publicKey) {
    return invites.byPublicKey(publicKey);
  }

  /** The peers in the order in which they came. */
  public List<PeerConfig> peers() {
    return peers.inOrder();
  }

  public Optional<PeerConfig> peerByPublicKey(PublicKey publicKey) {
    return peers.byPublicKey(publicKey);
  }

  /** Whether the peer with this key is one that nobody added here by hand. */
  public boolean isEnrolled(PublicKey publicKey) {
    return enrolled.contains(publicKey);
  }

  public Optional<PeerConfig> peerByNodeId(String nodeId) {
    return peers.byNodeId(nodeId);
  }

  public Optional<PeerConfig> peerByHostname(String hostname) {
    return peers.byHostname(hostname);
  }

  public Optional<PeerConfig> peerByAddress(InetAddress address) {
    return peers.byAddress(address);
  }

  /** The peer with this public key, else with this node id, else with this host name. */
  public Optional<PeerConfig> find(String keyOrIdOrName) {
    return byKeyText(keyOrIdOrName)
        .or(() -> peers.byNodeId(keyOrIdOrName))
        .or(() -> peers.byHostname(keyOrIdOrName));
  }

  /**
   * As {@link #find}.
   *
   * @throws MeshRefusal if there is no such peer
   */
  public PeerConfig require(String keyOrIdOrName) {
    return find(keyOrIdOrName)
        .orElseThrow(() ->
            new MeshRefusal(
                "no peer has the public key, node id or host name '" + keyOrIdOrName + "'"));
  }

  /** How many addresses are leased, those of the node and its peers included; 0 on a worker. */
  public int leasedCount() {
    return leases.count();
  }

  /** How many addresses could be leased, as {@link IpAllocator#availableCount}; 0 on a worker. */
  public long availableCount() {
    return leases.availableCount();
  }

  /** How full the network is at {@code now}; empty on a worker. */
  public Optional<AllocationStats> allocationStats(Instant now) {
    return leases.stats(now);
  }

  /** As {@link #allocationStats}, with every address that isn't free at {@code now}. */
  public Optional<Allocations> allocations(Instant now) {
    return leases.stats(now).map(stats -> new Allocations(stats, leases.list(peers, invites)));
  }

  /** Changes when the state is restored from elsewhere. */
  public long epoch() {
    return epoch;
  }

  /** Commands applied in this epoch. */
  public long revision() {
    return revision;
  }

  /** Empty for a text that is no key at all, too. */
  private Optional<PeerConfig> byKeyText(String text) {
    try {
      return peers.byPublicKey(PublicKey.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<MeshEvent> add(PeerConfig peer, Instant time) {
    if (peers.size() == MAX_PEERS) {
      throw new MeshRefusal("the mesh has " + MAX_PEERS + " peers: that is the most it takes in");
    }
    requireUnique(peer);
    requireNotLeaderId(peer.nodeId());
    invites.requireUnpromised(peer);
    slices.requireFree(peer);
    peer.overlayIp().ifPresent(address -> requireFree(address, peer));
    PeerConfig placed =
        peer.overlayIp().isPresent() ? peer : peer.withOverlayIp(leases.lease(time));
    insert(placed);
    return List.of(new MeshEvent.PeerAdded(placed));
  }

  private List<MeshEvent> remove(PublicKey publicKey, Instant time) {
    PeerConfig peer =
        peers
            .byPublicKey(publicKey)
            .orElseThrow(() -> new MeshRefusal("no peer has the public key " + publicKey));
    peers.remove(peer);
    enrolled.remove(publicKey);
    slices.remove(peer);
    leases.release(peer.overlayIp().orElseThrow(), time);
    List<MeshEvent> events = new ArrayList<>(List.of(new MeshEvent.PeerRemoved(peer)));
    events.addAll(confirm(publicKey));
    return events;
  }

  private List<MeshEvent> issue(MeshCommand.IssueInvite command) {
    leases.requireLeader();
    invites.requireRoom();
    if (!command.time().isBefore(command.expiresAt())) {
      throw new MeshRefusal("the invite would expire before it is issued");
    }
    requireNewKey(command.publicKey());
    command.name().ifPresent(this::requireFreeName);
    command.name().ifPresent(this::requireNotLeaderId);
    command.ip().ifPresent(this::requireUnleased);
    leases.requireRoom(command.ip(), command.time());
    command.ip().ifPresent(leases::mark);
    InetAddress temporary = leases.lease(command.time());
    Invite invite =
        new Invite(
            command.publicKey(),
            command.presharedKey(),
            temporary,
            command.ip(),
            command.name(),
            command.expiresAt(),
            Invite.State.OPEN,
            Optional.empty());
    invites.put(invite);
    return List.of(new MeshEvent.InviteIssued(invite));
  }

  private List<MeshEvent> redeem(MeshCommand.RedeemInvite command) {
    Invite invite = invites.require(command.invite());
    if (invite.state() == Invite.State.REVOKED) {
      throw new MeshRefusal("the invite was revoked");
    }
    if (invite.state() == Invite.State.EXPIRED) {
      throw expired(invite);
    }
    Optional<PeerConfig> member = peers.byPublicKey(command.member());
    if (invite.member().isPresent()) {
      // The same again: its answer may have been lost.
      if (invite.member().get().equals(command.member()) && member.isPresent()) {
        return List.of(new MeshEvent.InviteRedeemed(invite, member.get()));
      }
      throw new MeshRefusal("the invite was used");
    }
    if (invite.isExpired(command.time())) {
      throw expired(invite);
    }
    requireNewKey(command.member());
    if (peers.size() == MAX_PEERS) {
      throw new MeshRefusal("the mesh has " + MAX_PEERS + " peers: that is the most it takes in");
    }
    String key = command.member().toBase64();
    invite
        .name()
        .ifPresent(name -> peers.requireUnique(PeerConfig.of(name, key).withHostname(name)));
    InetAddress address = invite.memberIp().orElseGet(() -> leases.lease(command.time()));
    PeerConfig bare =
        PeerConfig.of(invite.name().orElseGet(() -> nodeIdOf(address)), key)
            .withOverlayIp(address)
            .withPresharedKey(command.presharedKey());
    PeerConfig named = invite.name().map(bare::withHostname).orElse(bare);
    PeerConfig peer = command.endpoint().map(named::withEndpoint).orElse(named);
    insert(peer);
    enrolled.add(peer.publicKey());
    Invite redeemed = invite.redeemedBy(command.member());
    invites.put(redeemed);
    return List.of(new MeshEvent.PeerAdded(peer), new MeshEvent.InviteRedeemed(redeemed, peer));
  }

  private static MeshRefusal expired(Invite invite) {
    return new MeshRefusal("the invite expired at " + invite.expiresAt());
  }

  private List<MeshEvent> declare(MeshCommand.DeclareEndpoint command) {
    PeerConfig peer =
        peers
            .byPublicKey(command.member())
            .orElseThrow(() -> new MeshRefusal("no peer has the public key " + command.member()));
    PeerConfig moved = peer.withEndpoint(command.endpoint());
    peers.replace(moved);
    return List.of(new MeshEvent.EndpointDeclared(moved));
  }

  private List<MeshEvent> confirm(PublicKey member) {
    return invites.redeemedBy(member).map(invite -> end(invite.used())).orElseGet(List::of);
  }

  private List<MeshEvent> revoke(PublicKey key, Instant time) {
    Invite invite = invites.require(key);
    switch (invite.state()) {
      case OPEN -> {}
      case REVOKED -> throw new MeshRefusal("the invite was revoked already");
      case EXPIRED -> throw expired(invite);
      case REDEEMED, USED ->
          throw new MeshRefusal(
              "the invite was used: remove the peer " + invite.member().orElseThrow());
    }
    releaseMemberIp(invite, time);
    return end(invite.revoked());
  }

  private List<MeshEvent> expire(Instant time) {
    List<MeshEvent> events = new ArrayList<>();
    for (Invite invite : invites()) {
      if (invite.isExpired(time)) {
        if (invite.state() == Invite.State.OPEN) {
          releaseMemberIp(invite, time);
          events.addAll(end(invite.expired()));
        } else if (invite.state() == Invite.State.REDEEMED) {
          // Who was never heard of under its own key never became a whole member.
          events.addAll(remove(invite.member().orElseThrow(), time));
        }
      }
      if (invite.isForgotten(time)) {
        leases.release(invite.temporaryIp(), time);
        invites.remove(invite.publicKey());
        events.add(new MeshEvent.InviteForgotten(invite));
      }
    }
    return events;
  }

  private List<MeshEvent> end(Invite invite) {
    invites.put(invite);
    return List.of(new MeshEvent.InviteEnded(invite));
  }

  private void releaseMemberIp(Invite invite, Instant time) {
    invite.memberIp().ifPresent(address -> leases.release(address, time));
  }

  private void requireNewKey(PublicKey key) {
    if (key.equals(node.publicKey()) || invites.contains(key)) {
      throw new MeshRefusal("public key '" + key + "' is in use");
    }
    peers
        .byPublicKey(key)
        .ifPresent(holder -> {
          throw new MeshRefusal("public key '" + key + "' is that of peer " + holder.nodeId());
        });
  }

  /** Workers know their leader by it. */
  private void requireNotLeaderId(String nodeId) {
    if (node.leader() && nodeId.equals(MeshNode.LEADER_ID)) {
      throw new MeshRefusal("node id '" + nodeId + "' is this leader's own");
    }
  }

  /** A name that no peer has and no invite promises. */
  private void requireFreeName(String name) {
    peers.requireUnique(PeerConfig.of(name, NO_KEY).withHostname(name));
    invites.requireUnpromised(name);
  }

  private void requireUnleased(InetAddress address) {
    requireNotHeld(address);
    slices.requireOutsideOfOthers(address, PeerConfig.of("-", NO_KEY));
    leases.requireUnleased(address);
  }

  /** A node id by its address that no peer has, whatever peers were called by hand. */
  private String nodeIdOf(InetAddress address) {
    String plain = "node-" + IpText.format(address).replaceAll("[.:]", "-");
    String nodeId = plain;
    for (int i = 2; peers.byNodeId(nodeId).isPresent(); i++) {
      nodeId = plain + "-" + i;
    }
    return nodeId;
  }

  private void restore(Invite invite) {
    invites.restore(invite);
    leases.mark(invite.temporaryIp());
    if (invite.state() == Invite.State.OPEN) {
      invite.memberIp().ifPresent(leases::mark);
    }
  }

  private List<MeshEvent> release(InetAddress address, Instant time) {
    requireNotHeld(address);
    if (!leases.release(address, time)) {
      throw new MeshRefusal("address " + IpText.format(address) + " is not leased here");
    }
    return List.of(new MeshEvent.AddressReleased(address));
  }

  private void restore(PeerConfig peer) {
    requireUnique(peer);
    InetAddress address =
        peer.overlayIp()
            .orElseThrow(() -> new MeshRefusal("peer '" + peer.nodeId() + "' has no address"));
    requireNotHeld(address);
    insert(peer);
  }

  private void insert(PeerConfig peer) {
    peers.add(peer);
    slices.add(peer);
    peer.overlayIp().filter(leases::contains).ifPresent(leases::mark);
  }

  private void requireUnique(PeerConfig peer) {
    if (peer.publicKey().equals(node.publicKey())) {
      throw new MeshRefusal("public key '" + peer.publicKey() + "' is this node's own");
    }
    peers.requireUnique(peer);
  }

  private void requireFree(InetAddress address, PeerConfig peer) {
    requireNotHeld(address);
    slices.requireOutsideOfOthers(address, peer);
  }

  private void requireNotHeld(InetAddress address) {
    requireHost(address);
    if (address.equals(node.address())) {
      throw new MeshRefusal(
          "address " + IpText.format(address) + " is taken: it is this node's own");
    }
    peers
        .byAddress(address)
        .ifPresent(holder -> {
          throw new MeshRefusal(
              "address %s is taken by peer '%s'"
                  .formatted(IpText.format(address), holder.nodeId()));
        });
    invites.requireUnpromised(address);
  }

  private void requireHost(InetAddress address) {
    try {
      HostRange.of(node.network()).requireHost(address);
    } catch (IllegalArgumentException e) {
      throw new MeshRefusal("address " + e.getMessage(), e);
    }
  }
}
