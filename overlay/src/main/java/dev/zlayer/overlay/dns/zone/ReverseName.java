package dev.zlayer.overlay.dns.zone;

import dev.zlayer.wireguard.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * A name below {@code in-addr.arpa} or {@code ip6.arpa}, read from its end (RFC 1035, 3.5; RFC
 * 3596, 2.5).
 *
 * @param prefix the addresses that it stands for: all bits that it names
 * @param whole whether it has no label besides
 */
record ReverseName(Cidr prefix, boolean whole) {
  private static final Name IPV4 = Name.fromConstantString("in-addr.arpa.");
  private static final Name IPV6 = Name.fromConstantString("ip6.arpa.");

  /** Empty for a name that stands elsewhere. */
  static Optional<ReverseName> parse(Name name) {
    if (name.subdomain(IPV4)) {
      return Optional.of(parse(name, IPV4, 4, 8));
    }
    return name.subdomain(IPV6) ? Optional.of(parse(name, IPV6, 16, 4)) : Optional.empty();
  }

  /** The name of all of {@code prefix}, which ends where a label does. */
  static Name of(Cidr prefix) {
    byte[] bytes = prefix.network().getAddress();
    int unitBits = unitBits(prefix);
    StringBuilder text = new StringBuilder();
    for (int unit = prefix.prefixLength() / unitBits - 1; unit >= 0; unit--) {
      text.append(
              unitBits == 8
                  ? Integer.toString(bytes[unit] & 0xff)
                  : Integer.toHexString(bytes[unit / 2] >> (unit % 2 == 0 ? 4 : 0) & 0xf))
          .append('.');
    }
    return Name.fromConstantString(text.append(unitBits == 8 ? IPV4 : IPV6).toString());
  }

  /** How many bits a label of such an address stands for. */
  static int unitBits(Cidr network) {
    return network.isIpv4() ? 8 : 4;
  }

  private static ReverseName parse(Name name, Name suffix, int addressBytes, int unitBits) {
    byte[] bytes = new byte[addressBytes];
    int labels = name.labels() - suffix.labels();
    int unit = 0;
    while (unit < labels && unit * unitBits < addressBytes * 8) {
      int value = value(name.getLabelString(labels - 1 - unit), unitBits);
      if (value < 0) {
        break;
      }
      if (unitBits == 8) {
        bytes[unit] = (byte) value;
      } else {
        bytes[unit / 2] |= (byte) (value << (unit % 2 == 0 ? 4 : 0));
      }
      unit++;
    }
    return new ReverseName(new Cidr(address(bytes), unit * unitBits), unit == labels);
  }

  /** A label's value; -1 for one that no address has, such as {@code 007}. */
  private static int value(String label, int unitBits) {
    if (unitBits == 4) {
      return label.length() == 1 ? Character.digit(label.charAt(0), 16) : -1;
    }
    if (label.isEmpty() || label.length() > 3 || (label.length() > 1 && label.startsWith("0"))) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < label.length(); i++) {
      if (label.charAt(i) < '0' || label.charAt(i) > '9') {
        return -1;
      }
      value = 10 * value + label.charAt(i) - '0';
    }
    return value < 256 ? value : -1;
  }

  private static InetAddress address(byte[] bytes) {
    try {
      // The factory of InetAddress would make IPv4 of what is mapped into IPv6.
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
    }
  }
}
