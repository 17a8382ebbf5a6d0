package dev.zlayer.wireguard;

import dev.zlayer.memory.IpText;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * An IP network: an address whose host bits are zero, and a prefix length.
 *
 * @param network the lowest address
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefixLength) {
  public Cidr {
    requirePrefixLength(network, prefixLength);
    InetAddress masked = mask(network, prefixLength);
    if (!masked.equals(network)) {
      throw new IllegalArgumentException(
          "CIDR '%s/%d' has host bits set: the network is %s/%2$d"
              .formatted(IpText.format(network), prefixLength, IpText.format(masked)));
    }
    // The mask takes an IPv6 zone off too.
    network = masked;
  }

  /**
   * Parses {@code 10.200.0.0/16} or {@code fd00:200::/48}.
   *
   * @throws IllegalArgumentException naming the text and the rule it breaks: no prefix length, one
   *     out of range, no address, host bits set
   */
  public static Cidr parse(String text) {
    return new Cidr(addressPart(text), prefixPart(text));
  }

  /**
   * The network around the address in {@code 10.200.0.7/16}: as {@link #parse}, but host bits are
   * cleared instead of refused. For what others wrote; what a user types is parsed strictly.
   */
  public static Cidr parseEnclosing(String text) {
    return around(addressPart(text), prefixPart(text));
  }

  /** The network of {@code prefixLength} bits that {@code address} is in. */
  public static Cidr around(InetAddress address, int prefixLength) {
    requirePrefixLength(address, prefixLength);
    return new Cidr(mask(address, prefixLength), prefixLength);
  }

  /** The network of one address: a /32 or /128. */
  public static Cidr host(InetAddress address) {
    return new Cidr(address, bits(address));
  }

  public boolean isIpv4() {
    return network instanceof Inet4Address;
  }

  /** Bits of an address of this family: 32 or 128. */
  public int addressBits() {
    return bits(network);
  }

  /** Whether {@code address} is of the same family and in this network. */
  public boolean contains(InetAddress address) {
    return bits(address) == bits(network) && mask(address, prefixLength).equals(network);
  }

  /** Whether every address of {@code other} is in this network. */
  public boolean contains(Cidr other) {
    return other.prefixLength >= prefixLength && contains(other.network);
  }

  /** Whether some address is in both networks. */
  public boolean overlaps(Cidr other) {
    return contains(other) || other.contains(this);
  }

  /** How many addresses the network has. */
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(addressBits() - prefixLength);
  }

  /** The highest address. */
  public InetAddress lastAddress() {
    return addressAt(size().subtract(BigInteger.ONE));
  }

  /**
   * The address that many above {@link #network}.
   *
   * @param offset 0 to {@link #size} - 1
   * @throws IndexOutOfBoundsException when it is not
   */
  public InetAddress addressAt(BigInteger offset) {
    if (offset.signum() < 0 || offset.compareTo(size()) >= 0) {
      throw new IndexOutOfBoundsException(this + " has no address at offset " + offset);
    }
    byte[] digits = number(network).add(offset).toByteArray();
    byte[] bytes = new byte[addressBits() / 8];
    // BigInteger drops leading zero bytes and may add one for the sign.
    int count = Math.min(digits.length, bytes.length);
    System.arraycopy(digits, digits.length - count, bytes, bytes.length - count, count);
    return address(bytes);
  }

  /**
   * The inverse of {@link #addressAt}.
   *
   * @throws IllegalArgumentException when {@code address} is outside of this network
   */
  public BigInteger offsetOf(InetAddress address) {
    if (!contains(address)) {
      throw new IllegalArgumentException(IpText.format(address) + " is outside of " + this);
    }
    return number(address).subtract(number(network));
  }

  /** What {@link #parse} takes. */
  @Override
  public String toString() {
    return IpText.format(network) + "/" + prefixLength;
  }

  /** The address of 4 or 16 bytes; 16 stay IPv6 even in the IPv4-mapped range. */
  private static InetAddress address(byte[] bytes) {
    try {
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }

  private static int bits(InetAddress address) {
    return address instanceof Inet4Address ? 32 : 128;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static InetAddress mask(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    int whole = prefixLength / 8;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> (prefixLength % 8));
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    return address(bytes);
  }

  private static InetAddress addressPart(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "CIDR '" + text + "' has no prefix length: write it as ADDRESS/LENGTH");
    }
    try {
      return IpText.parse(text.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("CIDR '" + text + "': " + e.getMessage(), e);
    }
  }

  private static int prefixPart(String text) {
    String length = text.substring(text.indexOf('/') + 1);
    if (!length.matches("0|[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException(
          "CIDR '" + text + "': the prefix length '" + length + "' is not a number");
    }
    return Integer.parseInt(length);
  }

  private static void requirePrefixLength(InetAddress address, int prefixLength) {
    int bits = bits(address);
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "CIDR '%s/%d': prefix length %2$d is not in 0..%d"
              .formatted(IpText.format(address), prefixLength, bits));
    }
  }
}
