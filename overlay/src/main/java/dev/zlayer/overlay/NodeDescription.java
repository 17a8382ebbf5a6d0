package dev.zlayer.overlay;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.ipam.NetworkPair;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node as it is set up, running or not.
 *
 * @param isLeader whether it leases addresses
 * @param cidrV6 the IPv6 network beside an IPv4 one, where the overlay has both
 * @param endpoint how others reach it, where its operator said so
 * @param port the UDP port that it listens on
 */
public record NodeDescription(
    boolean isLeader,
    PublicKey publicKey,
    InetAddress nodeIp,
    Cidr cidr,
    Optional<Cidr> cidrV6,
    String interfaceName,
    int port,
    Optional<HostPort> endpoint,
    Path dataDirectory) {
  /** The node's IPv6 address beside its IPv4 one. */
  public Optional<InetAddress> nodeIpV6() {
    return ipv6Of(nodeIp);
  }

  /** The IPv6 address of the node with this overlay address, where the overlay has both. */
  public Optional<InetAddress> ipv6Of(InetAddress overlayIp) {
    return cidrV6.map(ipv6 -> new NetworkPair(cidr, ipv6).ipv6Of(overlayIp));
  }
}
