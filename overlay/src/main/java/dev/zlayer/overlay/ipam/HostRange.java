package dev.zlayer.overlay.ipam;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.math.BigInteger;
import java.net.InetAddress;

/**
 * The addresses of a network that nodes may hold: all but the network address, and with IPv4 all
 * but the broadcast address too; in a {@code /31} and {@code /127} both addresses (RFC 3021, RFC
 * 6164), in a {@code /32} and {@code /128} the one.
 */
public record HostRange(Cidr network) {
  /** The addresses of {@code network} that nodes may hold. */
  public static HostRange of(Cidr network) {
    return new HostRange(network);
  }

  /** The lowest address that a node may hold. */
  public InetAddress firstHost() {
    return excludesFirst() ? network.addressAt(BigInteger.ONE) : network.network();
  }

  /** How many addresses nodes may hold. */
  public BigInteger hosts() {
    int excluded = (excludesFirst() ? 1 : 0) + (excludesLast() ? 1 : 0);
    return network.size().subtract(BigInteger.valueOf(excluded));
  }

  /**
   * Checks that a node may hold {@code address}.
   *
   * @throws IllegalArgumentException when it is outside of the network, or its network or broadcast
   *     address
   */
  public void requireHost(InetAddress address) {
    if (!network.contains(address)) {
      throw refusal(address, "outside of");
    }
    if (excludesFirst() && address.equals(network.network())) {
      throw refusal(address, "the network address of");
    }
    if (excludesLast() && address.equals(network.lastAddress())) {
      throw refusal(address, "the broadcast address of");
    }
  }

  /** Whether the first address, the network address, is nobody's. */
  boolean excludesFirst() {
    return network.addressBits() - network.prefixLength() > 1;
  }

  /** Whether the last address, the broadcast address, is nobody's. */
  boolean excludesLast() {
    return network.isIpv4() && excludesFirst();
  }

  private IllegalArgumentException refusal(InetAddress address, String what) {
    return new IllegalArgumentException(
        "%s is %s %s".formatted(IpText.format(address), what, network));
  }
}
