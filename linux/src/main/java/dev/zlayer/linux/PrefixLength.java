package dev.zlayer.linux;

import java.net.InetAddress;

/** The rules for a prefix length and the address that it belongs to. */
final class PrefixLength {
  private PrefixLength() {}

  /** Throws {@link IllegalArgumentException} unless {@code bits} fits {@code address}' family. */
  static void require(InetAddress address, int bits) {
    int max = address.getAddress().length * Byte.SIZE;
    if (bits < 0 || bits > max) {
      throw new IllegalArgumentException(
          "prefix length " + bits + " of " + address.getHostAddress() + " is not in 0.." + max);
    }
  }

  /** Throws {@link IllegalArgumentException} when {@code network} has bits past the prefix. */
  static void requireNetwork(InetAddress network, int bits) {
    require(network, bits);
    byte[] bytes = network.getAddress();
    for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
      if ((bytes[bit / Byte.SIZE] & 0x80 >>> bit % Byte.SIZE) != 0) {
        throw new IllegalArgumentException(
            network.getHostAddress() + "/" + bits + " has bits set past its prefix");
      }
    }
  }
}
