package dev.zlayer.overlay.dns.zone;

import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * The name that a node has by its address.
 *
 * <p>It is {@code node-THIRD-FOURTH} octet, and with IPv6 {@code node-} and the last group in four
 * hexadecimal digits, as the original has it. Where two addresses of the network can share that, it
 * is the whole address: {@code node-10-1-0-5}, {@code node-fd00-200-0-0-0-0-0-5}.
 */
final class NodeNames {
  private static final String PREFIX = "node-";
  private static final int SHORT_BITS = 16;

  private final List<Cidr> networks;

  /** The names of nodes in {@code networks}. */
  NodeNames(List<Cidr> networks) {
    this.networks = networks;
  }

  /** The node's own name, which no other address has. */
  String nameOf(InetAddress address) {
    return isShortUnique(address) ? shortNameOf(address) : longNameOf(address);
  }

  /** Its short form, which another address may have too. */
  static String shortNameOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    int high = bytes[bytes.length - 2] & 0xff;
    int low = bytes[bytes.length - 1] & 0xff;
    return bytes.length == 4
        ? PREFIX + high + "-" + low
        : PREFIX + "%04x".formatted(high << 8 | low);
  }

  private static String longNameOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    StringBuilder name = new StringBuilder("node");
    for (int i = 0; i < bytes.length; i += bytes.length == 4 ? 1 : 2) {
      name.append('-')
          .append(
              bytes.length == 4
                  ? Integer.toString(bytes[i] & 0xff)
                  : Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
    }
    return name.toString();
  }

  private boolean isShortUnique(InetAddress address) {
    List<Cidr> family =
        networks.stream()
            .filter(network -> network.addressBits() == address.getAddress().length * 8)
            .toList();
    return family.size() == 1
        && family.getFirst().contains(address)
        && family.getFirst().addressBits() - family.getFirst().prefixLength() <= SHORT_BITS;
  }
}
