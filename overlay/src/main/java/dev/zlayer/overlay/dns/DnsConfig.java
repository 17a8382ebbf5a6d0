package dev.zlayer.overlay.dns;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.dns.zone.HostName;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What a DNS server serves, where and to whom.
 *
 * @param zone the zone's name, in lower case and without a final dot
 * @param listenAddresses where it listens; empty for a node's overlay addresses
 * @param port the UDP and TCP port, 1 to 65535
 * @param ttl how long an answer may be kept, in whole seconds up to a day
 * @param negativeTtl how long the absence of a name may be kept, alike
 * @param upstreams whom it asks about everything else; empty for those of {@code /etc/resolv.conf}
 * @param forwarding whether it asks anybody; if not, what isn't of the zone is REFUSED
 * @param networks the overlay's networks: only their addresses are answered, and their reverse
 *     zones are served. Empty for a node's own network
 */
public record DnsConfig(
    String zone,
    List<InetAddress> listenAddresses,
    int port,
    Duration ttl,
    Duration negativeTtl,
    Optional<List<HostPort>> upstreams,
    boolean forwarding,
    List<Cidr> networks) {
  public static final int DEFAULT_PORT = 15353;
  public static final String DEFAULT_ZONE = "overlay.local";
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(5);
  public static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(10);

  /** The most upstreams that are asked. */
  public static final int MAX_UPSTREAMS = 8;

  private static final Duration MAX_TTL = Duration.ofDays(1);
  private static final int UPSTREAM_PORT = 53;

  public DnsConfig {
    zone = HostName.requireZone(zone);
    listenAddresses = List.copyOf(listenAddresses);
    listenAddresses.stream()
        .filter(InetAddress::isAnyLocalAddress)
        .forEach(DnsConfig::refuseWildcard);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("DNS port " + port + " is not in 1..65535");
    }
    requireTtl("TTL", ttl);
    requireTtl("negative TTL", negativeTtl);
    upstreams = upstreams.map(List::copyOf);
    upstreams.ifPresent(DnsConfig::requireUpstreams);
    networks = List.copyOf(networks);
  }

  /** The zone on {@value #DEFAULT_PORT} with all defaults. */
  public static DnsConfig of(String zone) {
    return new DnsConfig(
        zone,
        List.of(),
        DEFAULT_PORT,
        DEFAULT_TTL,
        DEFAULT_NEGATIVE_TTL,
        Optional.empty(),
        true,
        List.of());
  }

  /**
   * An upstream as an operator writes it: {@code 192.0.2.53}, {@code 2001:db8::53}, or with a port
   * {@code 192.0.2.53:5353}, {@code [2001:db8::53]:5353}.
   */
  public static HostPort upstream(String text) {
    boolean hasPort = text.startsWith("[") || text.indexOf(':') == text.lastIndexOf(':');
    return hasPort && text.contains(":")
        ? HostPort.parse(text)
        : HostPort.of(IpText.parse(text), UPSTREAM_PORT);
  }

  public DnsConfig withZone(String value) {
    return new DnsConfig(
        value, listenAddresses, port, ttl, negativeTtl, upstreams, forwarding, networks);
  }

  public DnsConfig withListenAddress(InetAddress value) {
    return withListenAddresses(List.of(value));
  }

  public DnsConfig withListenAddresses(List<InetAddress> value) {
    return new DnsConfig(zone, value, port, ttl, negativeTtl, upstreams, forwarding, networks);
  }

  public DnsConfig withPort(int value) {
    return new DnsConfig(
        zone, listenAddresses, value, ttl, negativeTtl, upstreams, forwarding, networks);
  }

  public DnsConfig withTtl(Duration value) {
    return new DnsConfig(
        zone, listenAddresses, port, value, negativeTtl, upstreams, forwarding, networks);
  }

  public DnsConfig withNegativeTtl(Duration value) {
    return new DnsConfig(zone, listenAddresses, port, ttl, value, upstreams, forwarding, networks);
  }

  /** Asks these, in this order, and not those of {@code /etc/resolv.conf}. */
  public DnsConfig withUpstreams(List<HostPort> value) {
    return new DnsConfig(
        zone, listenAddresses, port, ttl, negativeTtl, Optional.of(value), forwarding, networks);
  }

  /** Asks those of {@code /etc/resolv.conf}. */
  public DnsConfig withSystemUpstreams() {
    return new DnsConfig(
        zone, listenAddresses, port, ttl, negativeTtl, Optional.empty(), forwarding, networks);
  }

  /** Asks nobody: what isn't of the zone is REFUSED. */
  public DnsConfig withoutForwarding() {
    return withForwarding(false);
  }

  /** Asks others about what isn't of the zone, or refuses that. */
  public DnsConfig withForwarding(boolean value) {
    return new DnsConfig(zone, listenAddresses, port, ttl, negativeTtl, upstreams, value, networks);
  }

  public DnsConfig withNetworks(List<Cidr> value) {
    return new DnsConfig(
        zone, listenAddresses, port, ttl, negativeTtl, upstreams, forwarding, value);
  }

  private static void refuseWildcard(InetAddress address) {
    throw new IllegalArgumentException(
        "DNS can't listen on " + IpText.format(address) + ": name one address");
  }

  private static void requireTtl(String what, Duration ttl) {
    if (ttl.isNegative()
        || ttl.compareTo(MAX_TTL) > 0
        || !ttl.truncatedTo(ChronoUnit.SECONDS).equals(ttl)) {
      throw new IllegalArgumentException(
          "%s %s is not a whole number of seconds in 0..%d"
              .formatted(what, ttl, MAX_TTL.toSeconds()));
    }
  }

  private static void requireUpstreams(List<HostPort> upstreams) {
    if (upstreams.size() > MAX_UPSTREAMS) {
      throw new IllegalArgumentException(
          upstreams.size() + " upstreams are more than " + MAX_UPSTREAMS);
    }
    for (HostPort upstream : upstreams) {
      if (upstream.address().isEmpty()) {
        throw new IllegalArgumentException("upstream '" + upstream + "' is not an IP address");
      }
    }
  }
}
