package dev.zlayer.cli;

import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.dns.DnsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether and how this node serves the overlay's names. */
final class DnsOptions {
  private static final String SYSTEM = "system";

  @Option(names = "--no-dns", description = "Serve no names.")
  boolean off;

  @Option(
      names = "--dns-zone",
      paramLabel = "NAME",
      description = "Serve names in this zone (default on a leader: overlay.local).")
  Optional<String> zone;

  @Option(
      names = "--dns-port",
      paramLabel = "PORT",
      description = "Serve names on this UDP and TCP port (default: 15353).")
  Optional<Integer> port;

  @Option(
      names = "--dns-upstream",
      paramLabel = "IP[:PORT]",
      description =
          "Ask this server about other names; repeatable (default: 'system', resolv.conf).")
  List<String> upstreams = List.of();

  @Option(
      names = "--dns-forwarding",
      negatable = true,
      description = "Ask others about other names, or refuse those (default: ask).")
  Optional<Boolean> forwarding = Optional.empty();

  /**
   * Checks the options, before anything is changed.
   *
   * @throws IllegalArgumentException naming an option or a value and its rule
   */
  void check() {
    if (off && isGiven()) {
      throw new IllegalArgumentException(
          "--no-dns and another option of DNS contradict each other");
    }
    changed(DnsConfig.of(DnsConfig.DEFAULT_ZONE));
  }

  /** Does as the options say; where they say nothing a leader serves names and a worker doesn't. */
  void apply(OverlayBootstrap node) {
    if (off) {
      node.withoutDns();
    } else if (isGiven() || (!node.dnsDecided() && node.isLeader())) {
      node.withDns(changed(node.dnsConfig()));
    }
  }

  /** The same options for another process. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (off) {
      arguments.add("--no-dns");
    }
    zone.ifPresent(name -> arguments.add("--dns-zone=" + name));
    port.ifPresent(number -> arguments.add("--dns-port=" + number));
    upstreams.forEach(upstream -> arguments.add("--dns-upstream=" + upstream));
    forwarding.ifPresent(asks -> arguments.add(asks ? "--dns-forwarding" : "--no-dns-forwarding"));
    return arguments;
  }

  private boolean isGiven() {
    return zone.isPresent() || port.isPresent() || !upstreams.isEmpty() || forwarding.isPresent();
  }

  private DnsConfig changed(DnsConfig config) {
    DnsConfig changed = zone.map(config::withZone).orElse(config);
    changed = port.map(changed::withPort).orElse(changed);
    changed = forwarding.map(changed::withForwarding).orElse(changed);
    if (upstreams.equals(List.of(SYSTEM))) {
      return changed.withSystemUpstreams();
    }
    return upstreams.isEmpty()
        ? changed
        : changed.withUpstreams(upstreams.stream().map(DnsConfig::upstream).toList());
  }
}
