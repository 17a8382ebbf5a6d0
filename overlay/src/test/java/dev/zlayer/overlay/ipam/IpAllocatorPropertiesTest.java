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
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

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

  /** One step: what to do, with which address, and how long after the step before. */
  record Step(Kind kind, int offset, int seconds) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 15),
            Arbitraries.integers().between(0, 50))
        .as(Step::new)
        .list()
        .ofMaxSize(120);
  }

  @Provide
  Arbitrary<String> networks() {
    return Arbitraries.of(
        "10.0.0.16/28", "10.0.0.0/30", "10.0.0.8/31", "10.0.0.9/32", "fd00::/124", "fd00::2/127");
  }

  @Property(tries = 500)
  void agreesWithAPlainSet(@ForAll("networks") String network, @ForAll("steps") List<Step> steps) {
    Cidr cidr = Cidr.parse(network);
    Oracle oracle = new Oracle(cidr);
    IpAllocator allocator = IpAllocator.of(cidr, REST);
    Instant now = Instant.EPOCH;
    for (Step step : steps) {
      now = now.plusSeconds(step.seconds());
      int size = cidr.size().intValueExact();
      InetAddress address = cidr.addressAt(BigInteger.valueOf(step.offset() % size));
      switch (step.kind()) {
        case ALLOCATE -> assertEquals(oracle.allocate(now), allocator.allocate(now));
        case SPECIFIC ->
            assertEquals(oracle.allocateSpecific(address), tryAllocate(allocator, address));
        case MARK -> {
          oracle.take(address);
          allocator.markAllocated(address);
        }
        case RELEASE -> assertEquals(oracle.release(address, now), allocator.release(address, now));
        case RESTORE -> allocator = IpAllocator.fromState(allocator.toState(), REST);
      }
      assertEquals(List.copyOf(oracle.allocated), List.copyOf(allocator.allocated()));
    }
    allocator.allocate(now);
    oracle.allocate(now);
    assertEquals(oracle.available(now), allocator.availableCount());
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
