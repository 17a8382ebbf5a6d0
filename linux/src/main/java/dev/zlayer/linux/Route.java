package dev.zlayer.linux;

import java.net.InetAddress;

/**
 * A network that is reached through an interface.
 *
 * @param network the network's first address: no bit is set past the prefix
 * @param prefixLength 0 to 32 or 128
 */
public record Route(InetAddress network, int prefixLength) {
  public Route {
    PrefixLength.requireNetwork(network, prefixLength);
  }

  /** {@code 10.200.0.0/16}. */
  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }
}
