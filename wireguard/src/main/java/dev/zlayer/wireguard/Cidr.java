package dev.zlayer.wireguard;

import dev.zlayer.memory.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IP network: an address whose host bits are zero, and a prefix length.
 *
 * @param network the lowest address
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefixLength) {
  private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f.:]+)/([0-9]{1,3})");

  public Cidr {
    String text = IpText.format(network) + "/" + prefixLength;
    requirePrefixLength(network, prefixLength, text);
    InetAddress masked = mask(network, prefixLength);
    if (!masked.equals(network)) {
      throw new IllegalArgumentException(
          "CIDR '%s' has host bits set; the network is %s/%d"
              .formatted(text, IpText.format(masked), prefixLength));
    }
  }

  /**
   * Parses {@code 10.200.0.0/16} or {@code fd00:200::/48}.
   *
   * @throws IllegalArgumentException naming the text and the rule that it breaks
   */
  public static Cidr parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "CIDR '" + text + "' is not of the form ADDRESS/PREFIX, such as 10.200.0.0/16");
    }
    InetAddress address;
    try {
      address = IpText.parse(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("CIDR '" + text + "': " + e.getMessage(), e);
    }
    int prefixLength = Integer.parseInt(matcher.group(2));
    requirePrefixLength(address, prefixLength, text);
    return new Cidr(address, prefixLength);
  }

  /** The network of {@code prefixLength} bits that {@code address} is in. */
  public static Cidr around(InetAddress address, int prefixLength) {
    requirePrefixLength(address, prefixLength, IpText.format(address) + "/" + prefixLength);
    return new Cidr(mask(address, prefixLength), prefixLength);
  }

  /** The network of one address: a /32 or /128. */
  public static Cidr host(InetAddress address) {
    return new Cidr(address, address.getAddress().length * 8);
  }

  public boolean isIpv4() {
    return network instanceof Inet4Address;
  }

  /** Bits of an address of this family: 32 or 128. */
  public int addressBits() {
    return isIpv4() ? 32 : 128;
  }

  /** Whether {@code address} is of the same family and in this network. */
  public boolean contains(InetAddress address) {
    return address.getAddress().length == network.getAddress().length
        && mask(address, prefixLength).equals(network);
  }

  @Override
  public String toString() {
    return IpText.format(network) + "/" + prefixLength;
  }

  private static void requirePrefixLength(InetAddress address, int prefixLength, String text) {
    int bits = address.getAddress().length * 8;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "CIDR '%s': prefix length %d is not in 0..%d".formatted(text, prefixLength, bits));
    }
  }

  private static InetAddress mask(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    int whole = prefixLength / 8;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> (prefixLength % 8));
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
