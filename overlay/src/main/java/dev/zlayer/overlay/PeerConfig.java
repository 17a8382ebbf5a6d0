package dev.zlayer.overlay;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Another node of the mesh, as this one knows it.
 *
 * @param nodeId who it is: 1 to 63 letters, digits, '-', '_' or '.'
 * @param publicKey its WireGuard key
 * @param endpoint where it can be reached; empty when that is learned from its own packets
 * @param overlayIp its address in the overlay; empty when the leader is to lease one
 * @param keepalive how often it gets an empty packet when nothing else is sent, in whole seconds up
 *     to 65535; zero for never
 * @param hostname a further DNS name for it, without the zone: labels of 1 to 63 letters, digits or
 *     '-', joined by '.'
 * @param presharedKey the secret that both nodes mix into their handshakes; never printed, and not
 *     destroyed as long as this value is compared or saved
 * @param slice addresses behind this node that are routed to it beside its own
 */
public record PeerConfig(
    String nodeId,
    PublicKey publicKey,
    Optional<HostPort> endpoint,
    Optional<InetAddress> overlayIp,
    Duration keepalive,
    Optional<String> hostname,
    Optional<PresharedKey> presharedKey,
    Optional<Cidr> slice) {
  /** How often an idle peer gets a packet unless told otherwise. */
  public static final Duration DEFAULT_KEEPALIVE = Duration.ofSeconds(25);

  private static final Duration MAX_KEEPALIVE = Duration.ofSeconds(65535);
  private static final int MAX_HOSTNAME = 200;
  private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9._-]{1,63}");
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final Pattern HOSTNAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

  public PeerConfig {
    if (!NODE_ID.matcher(nodeId).matches()) {
      throw new IllegalArgumentException(
          "node id '" + nodeId + "' is not 1 to 63 letters, digits, '-', '_' or '.'");
    }
    Objects.requireNonNull(publicKey);
    Objects.requireNonNull(endpoint);
    Objects.requireNonNull(overlayIp);
    Objects.requireNonNull(presharedKey);
    Objects.requireNonNull(slice);
    if (keepalive.isNegative()
        || keepalive.compareTo(MAX_KEEPALIVE) > 0
        || !keepalive.truncatedTo(ChronoUnit.SECONDS).equals(keepalive)) {
      throw new IllegalArgumentException(
          "keepalive " + keepalive + " is not a whole number of seconds in 0..65535");
    }
    hostname.ifPresent(PeerConfig::requireHostname);
  }

  /**
   * A peer with a known place in the mesh.
   *
   * @param publicKey as {@link PublicKey#parse} takes it
   * @param endpoint as {@link HostPort#parse} takes it
   */
  public static PeerConfig of(
      String nodeId, String publicKey, String endpoint, InetAddress overlayIp) {
    return of(nodeId, publicKey).withEndpoint(HostPort.parse(endpoint)).withOverlayIp(overlayIp);
  }

  /** A peer whose address a leader leases. */
  public static PeerConfig of(String nodeId, String publicKey, String endpoint) {
    return of(nodeId, publicKey).withEndpoint(HostPort.parse(endpoint));
  }

  /** A peer whose address a leader leases and whose endpoint is learned from its packets. */
  public static PeerConfig of(String nodeId, String publicKey) {
    return new PeerConfig(
        nodeId,
        PublicKey.parse(publicKey),
        Optional.empty(),
        Optional.empty(),
        DEFAULT_KEEPALIVE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  public PeerConfig withEndpoint(HostPort value) {
    return withEndpoint(Optional.of(value));
  }

  /** As {@link #withEndpoint(HostPort)}; empty for a peer whose endpoint is learned. */
  public PeerConfig withEndpoint(Optional<HostPort> value) {
    return new PeerConfig(
        nodeId, publicKey, value, overlayIp, keepalive, hostname, presharedKey, slice);
  }

  public PeerConfig withOverlayIp(InetAddress value) {
    return new PeerConfig(
        nodeId, publicKey, endpoint, Optional.of(value), keepalive, hostname, presharedKey, slice);
  }

  public PeerConfig withKeepalive(Duration value) {
    return new PeerConfig(
        nodeId, publicKey, endpoint, overlayIp, value, hostname, presharedKey, slice);
  }

  public PeerConfig withHostname(String value) {
    return new PeerConfig(
        nodeId, publicKey, endpoint, overlayIp, keepalive, Optional.of(value), presharedKey, slice);
  }

  public PeerConfig withPresharedKey(PresharedKey value) {
    return new PeerConfig(
        nodeId, publicKey, endpoint, overlayIp, keepalive, hostname, Optional.of(value), slice);
  }

  public PeerConfig withSlice(Cidr value) {
    return new PeerConfig(
        nodeId,
        publicKey,
        endpoint,
        overlayIp,
        keepalive,
        hostname,
        presharedKey,
        Optional.of(value));
  }

  /** Everything but the preshared key, of which it only says whether there is one. */
  @Override
  public String toString() {
    return "PeerConfig[nodeId=%s, publicKey=%s, endpoint=%s, overlayIp=%s, keepalive=%ss, "
            .formatted(
                nodeId,
                publicKey,
                endpoint.map(HostPort::toString).orElse("none"),
                overlayIp.map(IpText::format).orElse("none"),
                keepalive.toSeconds())
        + "hostname=%s, presharedKey=%s, slice=%s]"
            .formatted(
                hostname.orElse("none"),
                presharedKey.isPresent() ? "set" : "none",
                slice.map(Cidr::toString).orElse("none"));
  }

  private static void requireHostname(String hostname) {
    if (hostname.length() > MAX_HOSTNAME || !HOSTNAME.matcher(hostname).matches()) {
      throw new IllegalArgumentException(
          "hostname '"
              + hostname
              + "' is not a DNS name: labels of 1 to 63 letters, digits or inner '-', joined by"
              + " '.', together at most 200 characters");
    }
  }
}
