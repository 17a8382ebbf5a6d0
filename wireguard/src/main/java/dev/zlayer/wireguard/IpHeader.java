package dev.zlayer.wireguard;

import dev.zlayer.memory.PacketBuffer;

/** What routing needs of the IP packet inside: its owner by source or target, and its length. */
final class IpHeader {
  /** The length of a packet that isn't one. */
  static final int MALFORMED = -1;

  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

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

  private static boolean isIpv4(PacketBuffer packet) {
    return packet.length() >= IPV4_BYTES && packet.getUnsignedByte(0) >>> 4 == 4;
  }

  private static boolean isIpv6(PacketBuffer packet) {
    return packet.length() >= IPV6_BYTES && packet.getUnsignedByte(0) >>> 4 == 6;
  }
}
