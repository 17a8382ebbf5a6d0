package dev.zlayer.overlay.mesh;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease;
import dev.zlayer.overlay.AddressLease.State;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.overlay.ipam.IpAllocator;
import dev.zlayer.overlay.ipam.IpAllocatorState;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The addresses that a leader leases to its mesh; a worker leases none. */
final class LeaseTable {
  private final MeshNode node;
  private final Duration rest;
  private final Optional<IpAllocator> allocator;

  /** As the snapshot has them, the node's own among them. */
  LeaseTable(MeshSnapshot snapshot, Duration rest) {
    this.node = snapshot.node();
    this.rest = rest;
    this.allocator = node.leader() ? Optional.of(allocator(snapshot, rest)) : Optional.empty();
  }

  private static IpAllocator allocator(MeshSnapshot snapshot, Duration rest) {
    MeshNode node = snapshot.node();
    IpAllocator leases =
        snapshot
            .leases()
            .map(state -> IpAllocator.fromState(state, rest))
            .orElseGet(() -> IpAllocator.of(node.network(), rest));
    Cidr range = leases.cidr();
    if (!node.network().contains(range)) {
      throw new MeshRefusal(
          "leases are for " + range + ", which is not a part of " + node.network());
    }
    if (range.contains(node.address())) {
      leases.markAllocated(node.address());
    }
    return leases;
  }

  /** Empty on a worker. */
  Optional<IpAllocatorState> toState() {
    return allocator.map(IpAllocator::toState);
  }

  /** Keeps a range from being leased, as far as it could be. */
  void reserve(Cidr range) {
    allocator.filter(l -> l.cidr().contains(range)).ifPresent(l -> l.reserve(range));
  }

  void unreserve(Cidr range) {
    allocator.ifPresent(l -> l.unreserve(range));
  }

  /** Whether it is one of the addresses that are leased from. */
  boolean contains(InetAddress address) {
    return allocator.filter(l -> l.contains(address)).isPresent();
  }

  /** Takes an address for leased that somebody has. */
  void mark(InetAddress address) {
    allocator.ifPresent(l -> l.markAllocated(address));
  }

  /** Leases the lowest free address. */
  InetAddress lease(Instant time) {
    IpAllocator leases =
        allocator.orElseThrow(() ->
            new MeshRefusal(
                "no address given, and a worker can't lease one: take the address that the"
                    + " leader leased and give it with --ip"));
    return leases.allocate(time).orElseThrow(() -> fullNetwork(leases));
  }

  /** Lets an address rest; returns whether it was leased here. */
  boolean release(InetAddress address, Instant time) {
    return allocator.filter(l -> l.release(address, time)).isPresent();
  }

  void requireLeader() {
    if (allocator.isEmpty()) {
      throw new MeshRefusal("this node is a worker: invite on the leader");
    }
  }

  void requireUnleased(InetAddress address) {
    if (allocator.filter(l -> l.isAllocated(address)).isPresent()) {
      throw new MeshRefusal("address " + IpText.format(address) + " is leased already");
    }
  }

  /** Checks that there is an address for a temporary identity beside the member's own. */
  void requireRoom(Optional<InetAddress> memberIp, Instant time) {
    IpAllocator leases = allocator.orElseThrow();
    boolean takesAFreeOne =
        memberIp.filter(ip -> !leases.toState().restingSince().containsKey(ip)).isPresent();
    if (leases.stats(time).available() < (takesAFreeOne ? 2 : 1)) {
      throw fullNetwork(leases);
    }
  }

  private MeshRefusal fullNetwork(IpAllocator leases) {
    return new MeshRefusal(
        "network %s has no free address: %d leased, %d resting for up to %d s"
            .formatted(
                leases.cidr(), leases.allocatedCount(), leases.restingCount(), rest.toSeconds()));
  }

  /** 0 on a worker. */
  int count() {
    return allocator.map(IpAllocator::allocatedCount).orElse(0);
  }

  /** As {@link IpAllocator#availableCount}; 0 on a worker. */
  long availableCount() {
    return allocator.map(IpAllocator::availableCount).orElse(0L);
  }

  /** Empty on a worker. */
  Optional<AllocationStats> stats(Instant now) {
    return allocator.map(l -> l.stats(now));
  }

  /** Every address that isn't free, in order: who has it, or what it is kept for. */
  List<AddressLease> list(PeerTable peers, InviteTable invites) {
    return allocator.stream()
        .flatMap(leases ->
            Stream.concat(
                    leases.allocated().stream().map(address -> describe(address, peers, invites)),
                    resting(leases))
                .sorted(Comparator.comparing(lease -> leases.cidr().offsetOf(lease.address()))))
        .toList();
  }

  private Stream<AddressLease> resting(IpAllocator leases) {
    return leases.toState().restingSince().entrySet().stream()
        .map(entry ->
            new AddressLease(
                entry.getKey(),
                State.RESTING,
                Optional.empty(),
                Optional.of(entry.getValue().plus(rest))));
  }

  private AddressLease describe(InetAddress address, PeerTable peers, InviteTable invites) {
    Optional<String> peer = peers.byAddress(address).map(PeerConfig::nodeId);
    State state = State.LEASED;
    if (address.equals(node.address())) {
      state = State.OWN;
    } else if (peer.isPresent()) {
      state = State.PEER;
    } else if (invites.hasSetAside(address)) {
      state = State.INVITE;
    }
    return new AddressLease(address, state, peer, Optional.empty());
  }
}
