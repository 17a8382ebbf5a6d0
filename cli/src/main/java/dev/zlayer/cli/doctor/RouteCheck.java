package dev.zlayer.cli.doctor;

import dev.zlayer.device.DeviceSettings;
import dev.zlayer.linux.PathMtu;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether there is a way to where peers are, with room for full packets. Of a running node its
 * conditions say more.
 */
final class RouteCheck {
  private static final String NAME = "route";
  private static final int MAX_PEERS = 16;

  /** What carries a packet of the tunnel. */
  private static final int OVERHEAD_IPV4 = 60;

  private static final int OVERHEAD_IPV6 = 80;

  private RouteCheck() {}

  static List<Finding> findings(Patient patient) {
    List<Finding> findings = new ArrayList<>();
    int mtu = patient.status().map(status -> status.mtu()).orElse(DeviceSettings.DEFAULT_MTU);
    try (PathMtu ways = PathMtu.open()) {
      for (HostPort place : places(patient)) {
        findings.add(finding(place, ways, mtu));
      }
    }
    strictFilter().ifPresent(findings::add);
    return findings;
  }

  private static Finding finding(HostPort place, PathMtu ways, int mtu) {
    try {
      InetAddress address = InetAddress.getByName(place.host());
      Endpoint endpoint = Endpoint.of(address, place.port());
      return judge(place.toString(), endpoint.isIpv4(), ways.to(endpoint), mtu);
    } catch (UnknownHostException e) {
      return Finding.problem(
          NAME,
          "the name " + place.host() + ", where a peer is, has no address",
          "see that DNS works here and has that name");
    }
  }

  /** Where peers are, by what was configured or learned. */
  private static Set<HostPort> places(Patient patient) {
    Set<HostPort> places = new LinkedHashSet<>();
    patient
        .state()
        .ifPresent(state -> {
          for (PeerConfig peer : state.mesh().peers()) {
            peer.endpoint().ifPresent(places::add);
            HostPort learned = state.learnedEndpoints().get(peer.publicKey());
            if (learned != null) {
              places.add(learned);
            }
            if (places.size() >= MAX_PEERS) {
              return;
            }
          }
        });
    return places;
  }

  static Finding judge(String place, boolean isIpv4, OptionalInt pathMtu, int mtu) {
    if (pathMtu.isEmpty()) {
      return Finding.problem(
          NAME,
          "there is no route to " + place,
          "see what 'ip route' says, and whether links are up");
    }
    int fits = pathMtu.getAsInt() - (isIpv4 ? OVERHEAD_IPV4 : OVERHEAD_IPV6);
    return fits < mtu
        ? Finding.warning(
            NAME,
            "the way to %s has room for packets of %d bytes, and the interface's MTU is %d"
                .formatted(place, fits, mtu),
            "ip link set INTERFACE mtu %d once the node is up; or raise the MTU of the link below"
                .formatted(fits))
        : Finding.ok(NAME, "the way to %s has room for MTU %d".formatted(place, mtu));
  }

  /** Strict reverse path filtering drops answers that come by another link than they would go. */
  private static Optional<Finding> strictFilter() {
    long defaults =
        KernelFile.lines("/proc/net/route").stream()
            .map(line -> line.split("\t", -1))
            .filter(fields -> fields.length > 7)
            .filter(fields -> fields[1].equals("00000000") && fields[7].equals("00000000"))
            .count();
    boolean strict = KernelFile.line("/proc/sys/net/ipv4/conf/all/rp_filter").equals("1");
    return defaults > 1 && strict
        ? Optional.of(
            Finding.warning(
                NAME,
                "there are " + defaults + " default routes, and strict reverse path filtering",
                "sysctl net.ipv4.conf.all.rp_filter=2"))
        : Optional.empty();
  }
}
