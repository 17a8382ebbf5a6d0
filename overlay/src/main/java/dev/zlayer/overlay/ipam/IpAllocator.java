package dev.zlayer.overlay.ipam;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Leases the addresses of one network, the lowest free one first. Which addresses can be leased at
 * all, in small networks too, is said at {@link HostRange}.
 *
 * <p>A released address rests before {@link #allocate} gives it out again, so that a peer which
 * missed its own removal can't meet a stranger under its old address. Times are wall-clock
 * instants, because the rest outlives a restart; they come in as arguments. Whoever asks for a
 * resting address by name ({@link #allocateSpecific}) gets it.
 *
 * <p>Every operation on one address takes time logarithmic in the number of leases. Not thread
 * safe.
 */
public final class IpAllocator {
  /** How long a released address rests unless told otherwise. */
  public static final Duration DEFAULT_REST = Duration.ofMinutes(5);

  private record Rest(Instant since, BigInteger offset) {
    static final Comparator<Rest> OLDEST_FIRST =
        Comparator.comparing(Rest::since).thenComparing(Rest::offset);
  }

  private final Cidr cidr;
  private final HostRange leasable;
  private final Duration rest;
  private final TreeSet<BigInteger> allocated = new TreeSet<>();
  private final TreeMap<BigInteger, Instant> restingSince = new TreeMap<>();
  private final TreeSet<Rest> resting = new TreeSet<>(Rest.OLDEST_FIRST);
  private final TreeMap<BigInteger, BigInteger> reserved = new TreeMap<>();

  /** What {@link #allocate} must not give out: allocated, resting, reserved, never leasable. */
  private final IntervalSet used = new IntervalSet();

  private IpAllocator(Cidr cidr, Duration rest) {
    if (rest.isNegative()) {
      throw new IllegalArgumentException("rest time " + rest + " is negative");
    }
    this.cidr = cidr;
    this.leasable = HostRange.of(cidr);
    this.rest = rest;
    if (leasable.excludesFirst()) {
      used.add(BigInteger.ZERO);
    }
    if (leasable.excludesLast()) {
      used.add(cidr.size().subtract(BigInteger.ONE));
    }
  }

  /** Leases of {@code cidr}, none yet; released addresses rest for {@link #DEFAULT_REST}. */
  public static IpAllocator of(Cidr cidr) {
    return of(cidr, DEFAULT_REST);
  }

  /**
   * Leases of {@code cidr}, none yet.
   *
   * @param rest how long a released address rests, 0 for not at all
   */
  public static IpAllocator of(Cidr cidr, Duration rest) {
    return new IpAllocator(cidr, rest);
  }

  /**
   * Restores what {@link #toState} gave.
   *
   * @param rest how long a released address rests, those already resting included
   * @throws IllegalArgumentException when an address is outside of the network
   */
  public static IpAllocator fromState(IpAllocatorState state, Duration rest) {
    IpAllocator allocator = new IpAllocator(state.cidr(), rest);
    state.allocated().forEach(allocator::markAllocated);
    state.restingSince().forEach(allocator::restore);
    return allocator;
  }

  /** The leases as a plain value, lowest address first. */
  public IpAllocatorState toState() {
    Map<InetAddress, Instant> since = new LinkedHashMap<>();
    restingSince.forEach((offset, start) -> since.put(cidr.addressAt(offset), start));
    return new IpAllocatorState(cidr, allocated(), since);
  }

  /** Leases the lowest free address; empty when every address is leased, resting or reserved. */
  public Optional<InetAddress> allocate(Instant now) {
    wake(now);
    BigInteger lowest = used.lowestAbsent();
    if (lowest.compareTo(cidr.size()) >= 0) {
      return Optional.empty();
    }
    take(lowest);
    return Optional.of(cidr.addressAt(lowest));
  }

  /**
   * Leases the network's first leasable address, which is by custom the leader's.
   *
   * @throws IllegalArgumentException when it is leased already
   */
  public InetAddress allocateFirst() {
    InetAddress first = leasable.firstHost();
    allocateSpecific(first);
    return first;
  }

  /**
   * Leases this address, resting and reserved ones included.
   *
   * @throws IllegalArgumentException when it is outside of the network, its network or broadcast
   *     address, or leased already
   */
  public void allocateSpecific(InetAddress address) {
    leasable.requireHost(address);
    if (isAllocated(address)) {
      throw new IllegalArgumentException(IpText.format(address) + " is leased already");
    }
    take(cidr.offsetOf(address));
  }

  /**
   * Takes note that someone holds this address; nothing happens when that is known. Any address of
   * the network can be marked, the network and broadcast address too: what others handed out is a
   * fact, not a request.
   *
   * @throws IllegalArgumentException when it is outside of the network
   */
  public void markAllocated(InetAddress address) {
    take(cidr.offsetOf(address));
  }

  /**
   * Ends the lease of {@code address}, which rests from {@code now} on.
   *
   * @return false when it was not leased
   */
  public boolean release(InetAddress address, Instant now) {
    if (!isAllocated(address)) {
      return false;
    }
    BigInteger offset = cidr.offsetOf(address);
    allocated.remove(offset);
    lay(offset, now);
    wake(now);
    return true;
  }

  /**
   * Keeps every address of {@code range} from being given out by {@link #allocate}; who holds some
   * of them already keeps them.
   *
   * @throws IllegalArgumentException when the range reaches outside of the network or overlaps one
   *     that is reserved already
   */
  public void reserve(Cidr range) {
    if (!cidr.contains(range)) {
      throw new IllegalArgumentException(range + " is not a part of " + cidr);
    }
    BigInteger first = cidr.offsetOf(range.network());
    BigInteger last = cidr.offsetOf(range.lastAddress());
    Map.Entry<BigInteger, BigInteger> before = reserved.floorEntry(last);
    if (before != null && before.getValue().compareTo(first) >= 0) {
      throw new IllegalArgumentException(range + " overlaps a range that is reserved already");
    }
    reserved.put(first, last);
    used.add(first, last);
  }

  /** Ends what {@link #reserve} of the same range began; nothing happens when nothing did. */
  public void unreserve(Cidr range) {
    if (!cidr.contains(range)) {
      return;
    }
    BigInteger first = cidr.offsetOf(range.network());
    BigInteger last = cidr.offsetOf(range.lastAddress());
    if (reserved.remove(first, last)) {
      free(first, last);
      allocated.subSet(first, true, last, true).forEach(used::add);
      restingSince.navigableKeySet().subSet(first, true, last, true).forEach(used::add);
    }
  }

  public boolean isAllocated(InetAddress address) {
    return cidr.contains(address) && allocated.contains(cidr.offsetOf(address));
  }

  /** Whether the network has this address, leasable or not. */
  public boolean contains(InetAddress address) {
    return cidr.contains(address);
  }

  /** How many addresses are leased. */
  public int allocatedCount() {
    return allocated.size();
  }

  /** How many addresses can be leased at all; {@link Long#MAX_VALUE} when it is more than that. */
  public long totalHosts() {
    return saturated(leasable.hosts());
  }

  /**
   * How many addresses {@link #allocate} could lease now: not leased, resting at the last call that
   * named a time, or reserved. Exact up to {@link Long#MAX_VALUE}, which stands for more.
   */
  public long availableCount() {
    return saturated(cidr.size().subtract(used.count()));
  }

  /** How many released addresses rested at the last call that named a time. */
  public int restingCount() {
    return resting.size();
  }

  /** All counts, as they are at {@code now}. */
  public AllocationStats stats(Instant now) {
    wake(now);
    return new AllocationStats(
        cidr, totalHosts(), allocatedCount(), restingCount(), availableCount());
  }

  public Cidr cidr() {
    return cidr;
  }

  public InetAddress networkAddress() {
    return cidr.network();
  }

  public InetAddress broadcastAddress() {
    return cidr.lastAddress();
  }

  public int prefixLength() {
    return cidr.prefixLength();
  }

  /** The leased addresses, lowest first. */
  public List<InetAddress> allocated() {
    return allocated.stream().map(cidr::addressAt).toList();
  }

  private void take(BigInteger offset) {
    Instant since = restingSince.remove(offset);
    if (since != null) {
      resting.remove(new Rest(since, offset));
    }
    allocated.add(offset);
    used.add(offset);
  }

  private void restore(InetAddress address, Instant since) {
    BigInteger offset = cidr.offsetOf(address);
    if (!allocated.contains(offset)) {
      lay(offset, since);
    }
  }

  private void lay(BigInteger offset, Instant since) {
    restingSince.put(offset, since);
    resting.add(new Rest(since, offset));
    used.add(offset);
  }

  /** Frees the addresses whose rest is over. */
  private void wake(Instant now) {
    Instant latest = now.minus(rest);
    while (!resting.isEmpty() && !resting.first().since().isAfter(latest)) {
      BigInteger offset = resting.removeFirst().offset();
      restingSince.remove(offset);
      if (!isReserved(offset)) {
        free(offset, offset);
      }
    }
  }

  /** Makes a range leasable again, all but the network and broadcast address. */
  private void free(BigInteger first, BigInteger last) {
    used.remove(first, last);
    if (first.signum() == 0 && leasable.excludesFirst()) {
      used.add(first);
    }
    if (last.add(BigInteger.ONE).equals(cidr.size()) && leasable.excludesLast()) {
      used.add(last);
    }
  }

  private boolean isReserved(BigInteger offset) {
    Map.Entry<BigInteger, BigInteger> range = reserved.floorEntry(offset);
    return range != null && range.getValue().compareTo(offset) >= 0;
  }

  private static long saturated(BigInteger count) {
    return count.bitLength() < Long.SIZE ? count.longValue() : Long.MAX_VALUE;
  }
}
