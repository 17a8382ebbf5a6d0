package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.wireguard.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random command sequences against a plain set that scans. */
class IpAllocatorPropertiesTest {
  private static final Duration REST = Duration.ofSeconds(60);

  enum Kind {
    ALLOCATE,
    SPECIFIC,
    MARK,
    RELEASE,
    RESTORE
  }

  private static final List<String> NETWORKS =
      List.of(
          "10.0.0.16/28", "10.0.0.0/30", "10.0.0.8/31", "10.0.0.9/32", "fd00::/124", "fd00::2/127");

  @Test
  void agreesWithAPlainSet() {
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      for (String network : NETWORKS) {
        followRandomSteps(Cidr.parse(network), random, "seed " + seed + ", network " + network);
      }
    }
  }

  private static void followRandomSteps(Cidr cidr, Random random, String replay) {
    Oracle oracle = new Oracle(cidr);
    IpAllocator allocator = IpAllocator.of(cidr, REST);
    Instant now = Instant.EPOCH;
    int size = cidr.size().intValueExact();
    for (int step = random.nextInt(120); step > 0; step--) {
      now = now.plusSeconds(random.nextInt(51));
      InetAddress address = cidr.addressAt(BigInteger.valueOf(random.nextInt(size)));
      switch (Kind.values()[random.nextInt(Kind.values().length)]) {
        case ALLOCATE -> assertEquals(oracle.allocate(now), allocator.allocate(now), replay);
        case SPECIFIC ->
            assertEquals(oracle.allocateSpecific(address), tryAllocate(allocator, address), replay);
        case MARK -> {
          oracle.take(address);
          allocator.markAllocated(address);
        }
        case RELEASE ->
            assertEquals(oracle.release(address, now), allocator.release(address, now), replay);
        case RESTORE -> allocator = IpAllocator.fromState(allocator.toState(), REST);
      }
      assertEquals(List.copyOf(oracle.allocated), List.copyOf(allocator.allocated()), replay);
    }
    allocator.allocate(now);
    oracle.allocate(now);
    assertEquals(oracle.available(now), allocator.availableCount(), replay);
  }

  private static boolean tryAllocate(IpAllocator allocator, InetAddress address) {
    try {
      allocator.allocateSpecific(address);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static final class Oracle {
    final TreeSet<InetAddress> allocated =
        new TreeSet<>((a, b) -> Arrays.compareUnsigned(a.getAddress(), b.getAddress()));
    final Map<InetAddress, Instant> released = new HashMap<>();
    final Cidr cidr;

    Oracle(Cidr cidr) {
      this.cidr = cidr;
    }

    Optional<InetAddress> allocate(Instant now) {
      Optional<InetAddress> lowest = free(now).findFirst();
      lowest.ifPresent(this::take);
      return lowest;
    }

    boolean allocateSpecific(InetAddress address) {
      boolean leasable = isHost(address) && !allocated.contains(address);
      if (leasable) {
        take(address);
      }
      return leasable;
    }

    boolean release(InetAddress address, Instant now) {
      boolean held = allocated.remove(address);
      if (held) {
        released.put(address, now);
      }
      return held;
    }

    void take(InetAddress address) {
      allocated.add(address);
      released.remove(address);
    }

    long available(Instant now) {
      return free(now).count();
    }

    private Stream<InetAddress> free(Instant now) {
      return IntStream.range(0, cidr.size().intValueExact())
          .mapToObj(i -> cidr.addressAt(BigInteger.valueOf(i)))
          .filter(this::isHost)
          .filter(a -> !allocated.contains(a))
          .filter(a -> !released.getOrDefault(a, Instant.MIN).plus(REST).isAfter(now));
    }

    private boolean isHost(InetAddress address) {
      try {
        HostRange.of(cidr).requireHost(address);
        return true;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
  }
}
