package dev.zlayer.wireguard;

import dev.zlayer.memory.PacketBuffer;

/**
 * What is asked of the IP packet inside: its length, who owns its source and target, and the ports
 * of TCP.
 */
final class IpHeader {
  /** The length of a packet that isn't one. */
  static final int MALFORMED = -1;

  /** The port of a packet that has none that we would trust. */
  static final int NO_PORT = -1;

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int PORTS_BYTES = 4;
  private static final int TCP = 6;

  /** IPv4: the flag for more fragments, and the offset of this one. */
  private static final int FRAGMENT_BITS = 0x3fff;

  private IpHeader() {}

  /** The packet's length by its header, padding not counted, or {@link #MALFORMED}. */
  static int totalLength(PacketBuffer packet) {
    int available = packet.length();
    if (isIpv4(packet)) {
      int total = packet.getUnsignedShortBigEndian(2);
      return total >= IPV4_BYTES && total <= available ? total : MALFORMED;
    }
    if (isIpv6(packet)) {
      int total = IPV6_BYTES + packet.getUnsignedShortBigEndian(4);
      return total <= available ? total : MALFORMED;
    }
    return MALFORMED;
  }

  /** Who owns the packet's source address, or null. The packet isn't malformed. */
  static <T> T ownerOfSource(PacketBuffer packet, AllowedIps<T> owners) {
    return isIpv4(packet)
        ? owners.ownerOfIpv4(packet.getIntBigEndian(12))
        : owners.ownerOfIpv6(packet.getLongBigEndian(8), packet.getLongBigEndian(16));
  }

  /** Who owns the packet's target address, or null. The packet isn't malformed. */
  static <T> T ownerOfTarget(PacketBuffer packet, AllowedIps<T> owners) {
    return isIpv4(packet)
        ? owners.ownerOfIpv4(packet.getIntBigEndian(16))
        : owners.ownerOfIpv6(packet.getLongBigEndian(24), packet.getLongBigEndian(32));
  }

  /**
   * The port that a packet of TCP comes from, or {@link #NO_PORT} for any other: for a fragment,
   * too, or one whose ports aren't in it or stand behind IPv6 extension headers. The packet isn't
   * malformed.
   */
  static int tcpSourcePort(PacketBuffer packet) {
    return tcpPort(packet, 0);
  }

  /** The port that a packet of TCP goes to; else as {@link #tcpSourcePort}. */
  static int tcpTargetPort(PacketBuffer packet) {
    return tcpPort(packet, 2);
  }

  private static int tcpPort(PacketBuffer packet, int offset) {
    boolean isIpv4 = isIpv4(packet);
    int header = isIpv4 ? (packet.getUnsignedByte(0) & 15) * 4 : IPV6_BYTES;
    boolean isTcp = packet.getUnsignedByte(isIpv4 ? 9 : 6) == TCP;
    boolean isFragment = isIpv4 && (packet.getUnsignedShortBigEndian(6) & FRAGMENT_BITS) != 0;
    boolean holdsPorts = header >= IPV4_BYTES && header + PORTS_BYTES <= totalLength(packet);
    return isTcp && !isFragment && holdsPorts
        ? packet.getUnsignedShortBigEndian(header + offset)
        : NO_PORT;
  }

  private static boolean isIpv4(PacketBuffer packet) {
    return packet.length() >= IPV4_BYTES && packet.getUnsignedByte(0) >>> 4 == 4;
  }

  private static boolean isIpv6(PacketBuffer packet) {
    return packet.length() >= IPV6_BYTES && packet.getUnsignedByte(0) >>> 4 == 6;
  }
}
