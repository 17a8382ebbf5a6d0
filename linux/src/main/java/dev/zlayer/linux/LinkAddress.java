package dev.zlayer.linux;

import java.net.InetAddress;

/**
 * An address of an interface.
 *
 * @param prefixLength bits of the network that the interface is in, 0 to 32 or 128
 */
public record LinkAddress(InetAddress address, int prefixLength) {
  public LinkAddress {
    PrefixLength.require(address, prefixLength);
  }

  /** {@code 10.200.0.1/16}. */
  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefixLength;
  }
}
