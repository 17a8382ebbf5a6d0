package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAllocatorTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  @Test
  void leasesTheLowestFreeAddress() {
    IpAllocator allocator = allocator("10.200.0.0/16");
    assertEquals("10.200.0.1", IpText.format(allocator.allocateFirst()));
    allocator.allocateSpecific(ip("10.200.0.3"));
    assertEquals("10.200.0.2", allocate(allocator, NOON));
    assertEquals("10.200.0.4", allocate(allocator, NOON));
    assertEquals(List.of("10.200.0.1", "10.200.0.2", "10.200.0.3", "10.200.0.4"), texts(allocator));
  }

  @Test
  void leasesTheFirstAddressOnce() {
    IpAllocator allocator = allocator("10.200.0.0/16");
    assertEquals(ip("10.200.0.1"), allocator.allocateFirst());
    assertThrows(IllegalArgumentException.class, allocator::allocateFirst);
  }

  @Test
  void describesItsNetwork() {
    IpAllocator allocator = allocator("10.200.4.0/22");
    allocator.allocateFirst();
    assertEquals(Cidr.parse("10.200.4.0/22"), allocator.cidr());
    assertEquals(22, allocator.prefixLength());
    assertEquals(ip("10.200.4.0"), allocator.networkAddress());
    assertEquals(ip("10.200.7.255"), allocator.broadcastAddress());
    assertEquals(ip("10.200.4.1"), HostRange.of(allocator.cidr()).firstHost());
    assertTrue(allocator.isAllocated(ip("10.200.4.1")));
    assertFalse(allocator.isAllocated(ip("10.200.4.2")));
    assertTrue(allocator.contains(ip("10.200.7.255")));
    assertFalse(allocator.contains(ip("10.200.8.0")));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/29, 6",
    "10.0.0.0/30, 2",
    "10.0.0.0/31, 2",
    "10.0.0.0/32, 1",
    "fd00::/126, 3",
    "fd00::/127, 2",
    "fd00::/128, 1",
  })
  void leasesEveryHostAndThenNoMore(String cidr, int hosts) {
    IpAllocator allocator = allocator(cidr);
    assertEquals(hosts, allocator.totalHosts());
    for (int left = hosts; left > 0; left--) {
      assertEquals(left, allocator.availableCount());
      HostRange.of(allocator.cidr()).requireHost(allocator.allocate(NOON).orElseThrow());
    }
    assertEquals(Optional.empty(), allocator.allocate(NOON));
    assertEquals(hosts, allocator.allocatedCount());
    assertEquals(0, allocator.availableCount());
  }

  @Test
  void countsSaturateWhereTheNetworkHasMoreAddressesThanLongs() {
    IpAllocator allocator = allocator("fd00:200::/48");
    assertEquals(Long.MAX_VALUE, allocator.totalHosts());
    assertEquals(Long.MAX_VALUE, allocator.availableCount());
    assertEquals((1L << 32) - 1, allocator("fd00::/96").totalHosts());
  }

  @Test
  void releasedAddressRests() {
    IpAllocator allocator = IpAllocator.of(Cidr.parse("10.0.0.0/30"), Duration.ofMinutes(5));
    allocator.allocate(NOON);
    allocator.allocate(NOON);
    assertTrue(allocator.release(ip("10.0.0.1"), NOON));
    assertFalse(allocator.isAllocated(ip("10.0.0.1")));
    assertEquals(1, allocator.restingCount());
    assertEquals(Optional.empty(), allocator.allocate(NOON.plusSeconds(299)));
    assertEquals("10.0.0.1", allocate(allocator, NOON.plusSeconds(300)));
    assertEquals(0, allocator.restingCount());
  }

  @Test
  void withoutARestTheAddressIsFreeAtOnce() {
    IpAllocator allocator = IpAllocator.of(Cidr.parse("10.0.0.0/30"), Duration.ZERO);
    allocator.allocate(NOON);
    allocator.release(ip("10.0.0.1"), NOON);
    assertEquals(2, allocator.availableCount());
    assertEquals("10.0.0.1", allocate(allocator, NOON));
  }

  @Test
  void whoAsksForARestingAddressByNameGetsIt() {
    IpAllocator allocator = allocator("10.0.0.0/30");
    allocator.allocate(NOON);
    allocator.release(ip("10.0.0.1"), NOON);
    allocator.allocateSpecific(ip("10.0.0.1"));
    assertTrue(allocator.isAllocated(ip("10.0.0.1")));
    assertEquals(0, allocator.restingCount());
  }

  @Test
  void restOutlivesARestart() {
    IpAllocator before = allocator("10.0.0.0/29");
    before.allocate(NOON);
    before.allocate(NOON);
    before.release(ip("10.0.0.1"), NOON);
    IpAllocator after = IpAllocator.fromState(before.toState(), IpAllocator.DEFAULT_REST);
    assertEquals(before.toState(), after.toState());
    assertEquals("10.0.0.3", allocate(after, NOON.plusSeconds(299)));
    assertEquals("10.0.0.1", allocate(after, NOON.plusSeconds(300)));
  }

  @Test
  void releaseOfWhatIsNotLeasedChangesNothing() {
    IpAllocator allocator = allocator("10.0.0.0/30");
    assertFalse(allocator.release(ip("10.0.0.1"), NOON));
    assertFalse(allocator.release(ip("192.0.2.1"), NOON));
    assertEquals(2, allocator.availableCount());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0", "10.0.0.3", "10.0.0.4", "fd00::1", "10.0.0.1"})
  void refusesASpecificAddressThatCantBeLeased(String address) {
    IpAllocator allocator = allocator("10.0.0.0/30");
    allocator.allocateFirst();
    assertThrows(IllegalArgumentException.class, () -> allocator.allocateSpecific(ip(address)));
    assertEquals(List.of("10.0.0.1"), texts(allocator));
  }

  @Test
  void markingTwiceIsMarkingOnce() {
    IpAllocator allocator = allocator("10.0.0.0/29");
    allocator.markAllocated(ip("10.0.0.1"));
    allocator.markAllocated(ip("10.0.0.1"));
    assertEquals(5, allocator.availableCount());
    assertThrows(IllegalArgumentException.class, () -> allocator.markAllocated(ip("10.0.0.9")));
  }

  @Test
  void networkAddressStaysUnleasableAfterItWasMarkedAndReleased() {
    IpAllocator allocator = IpAllocator.of(Cidr.parse("10.0.0.0/30"), Duration.ZERO);
    allocator.markAllocated(ip("10.0.0.0"));
    allocator.release(ip("10.0.0.0"), NOON);
    assertEquals(2, allocator.availableCount());
    assertEquals("10.0.0.1", allocate(allocator, NOON));
  }

  @Test
  void reservedRangeIsSkippedUntilItIsGivenBack() {
    IpAllocator allocator = allocator("10.0.0.0/28");
    allocator.allocateSpecific(ip("10.0.0.2"));
    allocator.reserve(Cidr.parse("10.0.0.0/29"));
    assertEquals(7, allocator.availableCount());
    assertEquals("10.0.0.8", allocate(allocator, NOON));
    allocator.release(ip("10.0.0.2"), NOON);
    allocator.unreserve(Cidr.parse("10.0.0.0/29"));
    assertEquals("10.0.0.1", allocate(allocator, NOON));
    assertEquals("10.0.0.3", allocate(allocator, NOON));
    assertEquals("10.0.0.2", allocate(allocator, NOON.plus(IpAllocator.DEFAULT_REST)));
  }

  @Test
  void reservedRangesDontOverlap() {
    IpAllocator allocator = allocator("10.0.0.0/24");
    allocator.reserve(Cidr.parse("10.0.0.32/28"));
    for (String range : List.of("10.0.0.32/28", "10.0.0.0/25", "10.0.0.36/30", "10.1.0.0/28")) {
      assertThrows(
          IllegalArgumentException.class, () -> allocator.reserve(Cidr.parse(range)), range);
    }
    allocator.reserve(Cidr.parse("10.0.0.48/28"));
  }

  @Test
  void refusesAStateWithAnAddressOfAnotherNetwork() {
    IpAllocatorState state =
        new IpAllocatorState(Cidr.parse("10.0.0.0/24"), List.of(ip("10.0.1.1")), Map.of());
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> IpAllocator.fromState(state, IpAllocator.DEFAULT_REST));
    assertEquals("10.0.1.1 is outside of 10.0.0.0/24", refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/8", "fd00:200::/48"})
  void hundredThousandLeasesStayFast(String cidr) {
    IpAllocator allocator = IpAllocator.of(Cidr.parse(cidr), Duration.ZERO);
    // A scan per lease would take minutes.
    assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          InetAddress middle = null;
          for (int i = 0; i < 100_000; i++) {
            InetAddress leased = allocator.allocate(NOON).orElseThrow();
            middle = i == 50_000 ? leased : middle;
          }
          for (int i = 0; i < 100_000; i++) {
            allocator.release(middle, NOON);
            assertEquals(middle, allocator.allocate(NOON).orElseThrow());
          }
        });
    assertEquals(100_000, allocator.allocatedCount());
  }

  private static IpAllocator allocator(String cidr) {
    return IpAllocator.of(Cidr.parse(cidr));
  }

  private static InetAddress ip(String text) {
    return IpText.parse(text);
  }

  private static String allocate(IpAllocator allocator, Instant now) {
    return IpText.format(allocator.allocate(now).orElseThrow());
  }

  private static List<String> texts(IpAllocator allocator) {
    return allocator.allocated().stream().map(IpText::format).toList();
  }
}
