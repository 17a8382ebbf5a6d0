package dev.zlayer.overlay.ipam;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * An IPv4 or IPv6 network: its first address and the length of the prefix that its addresses share.
 *
 * <p>Which addresses nodes may hold: all but the network address, and with IPv4 all but the
 * broadcast address too; in a {@code /31} and {@code /127} both addresses (RFC 3021, RFC 6164), in
 * a {@code /32} and {@code /128} the one.
 *
 * @param network the first address; its host bits are zero
 * @param prefixLength 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(InetAddress network, int prefixLength) {
  public Cidr {
    int bits = network.getAddress().length * Byte.SIZE;
    if (prefixLength < 0 || prefixLength > bits) {
      throw new IllegalArgumentException(
          "CIDR '%s/%d': the prefix length is not in 0..%d"
              .formatted(IpLiteral.format(network), prefixLength, bits));
    }
    InetAddress first = masked(network, prefixLength);
    if (!first.equals(network)) {
      throw new IllegalArgumentException(
          "CIDR '%s/%d' has host bits set: the network is %s/%2$d"
              .formatted(IpLiteral.format(network), prefixLength, IpLiteral.format(first)));
    }
  }

  /**
   * Parses {@code 10.200.0.0/16} or {@code fd00:200::/48}.
   *
   * @throws IllegalArgumentException naming the text and the rule it breaks: no prefix length, one
   *     out of range, no address, host bits set
   */
  public static Cidr parse(String text) {
    int slash = slash(text);
    return new Cidr(addressPart(text, slash), prefixPart(text, slash));
  }

  /**
   * The network around the address in {@code 10.200.0.7/16}: like {@link #parse}, but host bits are
   * cleared instead of refused. For what others wrote; what a user types is parsed strictly.
   */
  public static Cidr parseEnclosing(String text) {
    int slash = slash(text);
    InetAddress address = addressPart(text, slash);
    int prefixLength = prefixPart(text, slash);
    int inRange = Math.clamp(prefixLength, 0, address.getAddress().length * Byte.SIZE);
    return new Cidr(masked(address, inRange), prefixLength);
  }

  /** The network of this one address. */
  public static Cidr host(InetAddress address) {
    return new Cidr(address, address.getAddress().length * Byte.SIZE);
  }

  public boolean isIpv4() {
    return network.getAddress().length == 4;
  }

  /** Whether {@code address} is of this family and has this prefix. */
  public boolean contains(InetAddress address) {
    return address.getAddress().length == network.getAddress().length
        && masked(address, prefixLength).equals(network);
  }

  /** Whether every address of {@code other} is in this network. */
  public boolean contains(Cidr other) {
    return other.prefixLength >= prefixLength && contains(other.network);
  }

  /** Whether some address is in both networks. */
  public boolean overlaps(Cidr other) {
    return contains(other) || other.contains(this);
  }

  /** The first address; the same as {@link #network()}. */
  public InetAddress networkAddress() {
    return network;
  }

  /** The last address; with IPv6, which has no broadcast, an ordinary one. */
  public InetAddress broadcastAddress() {
    return addressAt(size().subtract(BigInteger.ONE));
  }

  /** The lowest address that a node may hold. */
  public InetAddress firstHost() {
    return reservesNetworkAddress() ? addressAt(BigInteger.ONE) : network;
  }

  /** How many addresses nodes may hold. */
  public BigInteger hosts() {
    int reserved = (reservesNetworkAddress() ? 1 : 0) + (reservesBroadcastAddress() ? 1 : 0);
    return size().subtract(BigInteger.valueOf(reserved));
  }

  /**
   * Checks that a node may hold {@code address}.
   *
   * @throws IllegalArgumentException when it is outside of the network, or its network or broadcast
   *     address
   */
  public void requireHost(InetAddress address) {
    if (!contains(address)) {
      throw new IllegalArgumentException(IpLiteral.format(address) + " is outside of " + this);
    }
    if (reservesNetworkAddress() && address.equals(network)) {
      throw new IllegalArgumentException(
          IpLiteral.format(address) + " is the network address of " + this);
    }
    if (reservesBroadcastAddress() && address.equals(broadcastAddress())) {
      throw new IllegalArgumentException(
          IpLiteral.format(address) + " is the broadcast address of " + this);
    }
  }

  /** {@code 10.200.0.0/16} or {@code fd00:200::/48}. */
  @Override
  public String toString() {
    return IpLiteral.format(network) + "/" + prefixLength;
  }

  boolean reservesNetworkAddress() {
    return hostBits() > 1;
  }

  boolean reservesBroadcastAddress() {
    return isIpv4() && hostBits() > 1;
  }

  /** Addresses in the network, those that no node may hold included. */
  BigInteger size() {
    return BigInteger.ONE.shiftLeft(hostBits());
  }

  /** The distance of {@code address}, which is in the network, from the network address. */
  BigInteger offsetOf(InetAddress address) {
    return number(address).subtract(number(network));
  }

  /** The address at {@code offset}, which is below {@link #size()}. */
  InetAddress addressAt(BigInteger offset) {
    byte[] digits = number(network).add(offset).toByteArray();
    byte[] bytes = new byte[network.getAddress().length];
    // BigInteger drops leading zero bytes and may add one for the sign.
    int count = Math.min(digits.length, bytes.length);
    System.arraycopy(digits, digits.length - count, bytes, bytes.length - count, count);
    return IpLiteral.of(bytes);
  }

  private int hostBits() {
    return network.getAddress().length * Byte.SIZE - prefixLength;
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }

  private static InetAddress masked(InetAddress address, int prefixLength) {
    byte[] bytes = address.getAddress();
    int whole = prefixLength / Byte.SIZE;
    if (whole < bytes.length) {
      bytes[whole] &= (byte) (0xff00 >> prefixLength % Byte.SIZE);
      Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
    }
    return IpLiteral.of(bytes);
  }

  private static int slash(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "CIDR '" + text + "' has no prefix length: write it as ADDRESS/LENGTH");
    }
    return slash;
  }

  private static InetAddress addressPart(String text, int slash) {
    try {
      return IpLiteral.parse(text.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("CIDR '" + text + "': " + e.getMessage(), e);
    }
  }

  private static int prefixPart(String text, int slash) {
    String length = text.substring(slash + 1);
    if (!length.matches("0|[1-9][0-9]{0,2}")) {
      throw new IllegalArgumentException(
          "CIDR '" + text + "': the prefix length '" + length + "' is not a number");
    }
    return Integer.parseInt(length);
  }
}
