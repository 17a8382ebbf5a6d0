package dev.zlayer.overlay;

import static dev.zlayer.overlay.SampleKeys.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.AddressLease.State;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.ipam.AllocationStats;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses as a leader leases them, over restarts too. */
class OverlayBootstrapAllocationTest {
  @TempDir private Path folder;

  private OverlayBootstrap leader() {
    return OverlayBootstrap.initLeader("10.200.0.0/16", 51820, folder.resolve("leader"));
  }

  private OverlayBootstrap reloaded() {
    return OverlayBootstrap.load(folder.resolve("leader"));
  }

  private static InetAddress ip(String text) {
    return IpText.parse(text);
  }

  @Test
  void anAddressIsLeasedForAPeerToCome() {
    try (OverlayBootstrap leader = leader()) {
      assertEquals(ip("10.200.0.2"), leader.allocatePeerIp());
    }
    try (OverlayBootstrap leader = reloaded()) {
      assertEquals(ip("10.200.0.3"), leader.allocatePeerIp());
      PeerConfig web = leader.addPeer(PeerConfig.of("web", key(1)).withOverlayIp(ip("10.200.0.2")));
      assertEquals(Optional.of(ip("10.200.0.2")), web.overlayIp());
      assertEquals(
          ip("10.200.0.4"), leader.addPeer(PeerConfig.of("db", key(2))).overlayIp().orElseThrow());
      assertEquals(
          List.of(State.OWN, State.PEER, State.LEASED, State.PEER),
          leader.allocations().leases().stream().map(AddressLease::state).toList());
    }
  }

  @Test
  void aLeaseThatNobodyCameForCanBeGivenBack() {
    try (OverlayBootstrap leader = leader()) {
      InetAddress leased = leader.allocatePeerIp();
      leader.releasePeerIp(leased);
      assertThrows(OverlayException.class, () -> leader.releasePeerIp(leased));
      // It rests.
      assertEquals(ip("10.200.0.3"), leader.allocatePeerIp());
      leader.addPeer(PeerConfig.of("web", key(1)).withOverlayIp(ip("10.200.0.3")));
      assertThrows(OverlayException.class, () -> leader.releasePeerIp(ip("10.200.0.3")));
      assertThrows(OverlayException.class, () -> leader.releasePeerIp(ip("10.200.0.1")));
      assertThrows(OverlayException.class, () -> leader.releasePeerIp(ip("192.0.2.1")));
      AddressLease resting = leader.allocations().leases().get(1);
      assertEquals(State.RESTING, resting.state());
      assertEquals(ip("10.200.0.2"), resting.address());
    }
  }

  @Test
  void statisticsCountWhatIsThere() {
    try (OverlayBootstrap leader = leader()) {
      leader.allocatePeerIp();
      leader.addPeer(PeerConfig.of("web", key(1)));
      leader.removePeer("web");
      assertEquals(
          Optional.of(new AllocationStats(Cidr.parse("10.200.0.0/16"), 65534, 2, 1, 65531)),
          leader.allocationStats());
    }
  }

  @Test
  void aWorkerLeasesNothing() {
    try (OverlayBootstrap worker =
        OverlayBootstrap.join(
            "10.200.0.0/16",
            "192.0.2.1:51820",
            key(1),
            ip("10.200.0.1"),
            ip("10.200.0.5"),
            51820,
            folder.resolve("worker"))) {
      assertEquals(Optional.empty(), worker.allocationStats());
      assertThrows(OverlayException.class, worker::allocatePeerIp);
      assertThrows(OverlayException.class, worker::allocations);
    }
  }

  @Test
  void dualStackGivesEveryNodeBoth() {
    BootstrapOptions both =
        BootstrapOptions.DEFAULT.withCidrV6(OverlayBootstrap.DEFAULT_OVERLAY_CIDR_V6);
    OverlayBootstrap.initLeader(
            OverlayBootstrap.DEFAULT_OVERLAY_CIDR, 51820, folder.resolve("leader"), both)
        .close();
    try (OverlayBootstrap leader = reloaded().withDnsDefault("overlay.local")) {
      assertEquals(Optional.of(ip("fd00:200::1")), leader.node().nodeIpV6());
      leader.addPeer(
          PeerConfig.of("web", key(1)).withHostname("web").withOverlayIp(ip("10.200.0.5")));
      assertEquals(Set.of("10.200.0.5", "fd00:200::5"), addresses(leader, "web"));
      assertEquals(Set.of("10.200.0.5", "fd00:200::5"), addresses(leader, "node-0-5"));
      assertEquals(Set.of("10.200.0.1", "fd00:200::1"), addresses(leader, "leader"));
      assertEquals(List.of(ip("10.200.0.1"), ip("fd00:200::1")), leader.dns().addresses());
    }
  }

  private static Set<String> addresses(OverlayBootstrap node, String name) {
    return node.dns().records().stream()
        .filter(record -> record.name().equals(name + ".overlay.local"))
        .map(DnsRecord::address)
        .map(IpText::format)
        .collect(Collectors.toSet());
  }

  @Test
  void dualStackNeedsAnIpv4NetworkAndRoom() {
    BootstrapOptions narrow = BootstrapOptions.DEFAULT.withCidrV6("fd00:200::/120");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> OverlayBootstrap.initLeader("10.200.0.0/16", 51820, folder, narrow))
            .getMessage();
    assertTrue(message.contains("fd00:200::/120 has fewer addresses"), message);
  }
}
