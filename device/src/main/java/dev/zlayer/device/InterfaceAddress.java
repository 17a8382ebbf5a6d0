package dev.zlayer.device;

import dev.zlayer.memory.IpText;
import java.net.InetAddress;

/**
 * An address of the interface, with the prefix length of the network that it is in.
 *
 * @param address IPv4 or IPv6
 * @param prefixLength 0 to 32 or 0 to 128
 */
public record InterfaceAddress(InetAddress address, int prefixLength) {
  public InterfaceAddress {
    int bits = address.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException("prefix length " + prefixLength + " is not in 0.." + bits);
    }
  }

  @Override
  public String toString() {
    return IpText.format(address) + "/" + prefixLength;
  }
}
