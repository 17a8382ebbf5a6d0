package dev.zlayer.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the checks make of facts that a test machine hasn't. */
class ChecksTest {
  /** Of a Debian 12, with dnsmasq on port 53 and a node on 51820. */
  private static final List<String> UDP_TABLE =
      """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
       431: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12345 2 0000000000000000 0
       812: 00000000:CA6C 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 67890 2 0000000000000000 0
      """
          .lines()
          .toList();

  @Test
  void kernelsAreToldByTheirOffloads() {
    assertEquals(Finding.Level.WARNING, KernelCheck.judge("4.19.0-27-amd64").level());
    assertTrue(
        KernelCheck.judge("6.1.0-25-amd64").text().endsWith("all offloads but that of UDP in TUN"));
    assertTrue(KernelCheck.judge("6.12.3").text().endsWith(", all offloads"));
    assertEquals(Finding.Level.SKIPPED, KernelCheck.judge("next").level());
  }

  @Test
  void aNodeNeedsOneCapabilityAndWantsAnother() {
    assertEquals(Finding.Level.OK, CapabilitiesCheck.judge(1L << 12 | 1L << 13, true).level());
    assertEquals(Finding.Level.WARNING, CapabilitiesCheck.judge(1L << 12, true).level());
    assertEquals(Finding.Level.PROBLEM, CapabilitiesCheck.judge(1L << 13, false).level());
  }

  @Test
  void socketsAreFoundByTheirPort() {
    assertEquals(Optional.of("67890"), UdpSockets.onPort(UDP_TABLE, 51820));
    assertEquals(Optional.of("12345"), UdpSockets.onPort(UDP_TABLE, 53));
    assertEquals(Optional.empty(), UdpSockets.onPort(UDP_TABLE, 5));
  }

  @Test
  void theWayHasToHoldWhatCarriesThePacket() {
    assertEquals(Finding.Level.OK, RouteCheck.judge("a", true, OptionalInt.of(1480), 1420).level());
    assertEquals(
        Finding.Level.WARNING, RouteCheck.judge("a", false, OptionalInt.of(1480), 1420).level());
    assertEquals(
        Finding.Level.PROBLEM, RouteCheck.judge("a", true, OptionalInt.empty(), 1420).level());
  }

  @Test
  void ofProfilesOnlyTheEnforcedCount() {
    assertEquals(Finding.Level.WARNING, AppArmorCheck.judge("docker-default (enforce)").level());
    assertEquals(Finding.Level.OK, AppArmorCheck.judge("unconfined").level());
    assertEquals(Finding.Level.OK, AppArmorCheck.judge("").level());
  }

  @Test
  void theClockIsNotBeforeWhatWasWritten() {
    Instant now = Instant.parse("2026-06-01T12:00:00Z");
    assertEquals(Finding.Level.OK, ClockCheck.judge(now.plusSeconds(60), now).level());
    assertEquals(Finding.Level.PROBLEM, ClockCheck.judge(now.plusSeconds(61), now).level());
  }

  @Test
  void anOverlayWithIpv6NeedsAMachineWithIt() {
    assertEquals(Finding.Level.PROBLEM, Ipv6Check.judge(false, true).level());
    assertEquals(Finding.Level.OK, Ipv6Check.judge(false, false).level());
  }

  @Test
  void aResolverHasServers() {
    assertEquals(
        Finding.Level.OK, ResolverCheck.judge(List.of("# mine", "nameserver 192.0.2.53")).level());
    assertEquals(
        Finding.Level.WARNING,
        ResolverCheck.judge(List.of("#nameserver 192.0.2.53", "search example.org")).level());
  }
}
