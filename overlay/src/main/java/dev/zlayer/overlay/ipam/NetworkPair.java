package dev.zlayer.overlay.ipam;

import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;

/**
 * The two networks of a dual-stack overlay. A node's IPv6 address has the same place in its network
 * as its IPv4 address has, so that one lease stands for both: in {@code 10.200.0.0/16} and {@code
 * fd00:200::/48} the node {@code 10.200.1.5} is {@code fd00:200::105} too.
 *
 * @param ipv4 the network that addresses are leased from
 * @param ipv6 with room for as many addresses at least
 */
public record NetworkPair(Cidr ipv4, Cidr ipv6) {
  public NetworkPair {
    if (!ipv4.isIpv4() || ipv6.isIpv4()) {
      throw new IllegalArgumentException(
          "%s and %s are not an IPv4 and an IPv6 network".formatted(ipv4, ipv6));
    }
    if (ipv6.size().compareTo(ipv4.size()) < 0) {
      throw new IllegalArgumentException(
          "%s has fewer addresses than %s, and each of those needs one".formatted(ipv6, ipv4));
    }
    HostRange.of(ipv6).requireHost(twin(ipv4, ipv6, HostRange.of(ipv4).firstHost()));
  }

  /**
   * The IPv6 address of the node with this IPv4 address.
   *
   * @throws IllegalArgumentException if {@code address} is outside of the IPv4 network
   */
  public InetAddress ipv6Of(InetAddress address) {
    return twin(ipv4, ipv6, address);
  }

  private static InetAddress twin(Cidr ipv4, Cidr ipv6, InetAddress address) {
    return ipv6.addressAt(ipv4.offsetOf(address));
  }
}
