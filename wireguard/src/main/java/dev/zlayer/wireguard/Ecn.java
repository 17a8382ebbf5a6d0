package dev.zlayer.wireguard;

import dev.zlayer.memory.PacketBuffer;

/**
 * Explicit congestion notification across the tunnel, by RFC 6040 in its normal mode: the packet's
 * mark goes outside with it, and what a router marked outside comes in.
 *
 * <p>A mark is the two bits of an IP header: 0 is not capable, 1 is ECT(1), 2 is ECT(0), 3 is
 * congestion experienced.
 */
final class Ecn {
  private static final int NOT_CAPABLE = 0;
  private static final int ECT_0 = 2;
  private static final int CONGESTION_EXPERIENCED = 3;

  private static final int CHECKSUM = 10;

  private Ecn() {}

  /** The mark of an IP packet that isn't malformed. */
  static int of(PacketBuffer packet) {
    int second = packet.getUnsignedByte(1);
    return (isIpv4(packet) ? second : second >>> 4) & 3;
  }

  /**
   * Takes the mark outside, {@link PacketBuffer#ecn}, into the packet (section 4.2).
   *
   * @return false when it must be dropped: it met congestion, and whoever sent it wouldn't
   *     understand a mark
   */
  static boolean decapsulate(PacketBuffer packet) {
    int outer = packet.ecn();
    if (outer == NOT_CAPABLE || outer == ECT_0) {
      return true;
    }
    int inner = of(packet);
    if (inner == NOT_CAPABLE) {
      return outer != CONGESTION_EXPERIENCED;
    }
    if (outer == CONGESTION_EXPERIENCED || inner == ECT_0) {
      mark(packet, inner, outer);
    }
    return true;
  }

  private static void mark(PacketBuffer packet, int former, int mark) {
    int second = packet.getUnsignedByte(1);
    if (!isIpv4(packet)) {
      packet.putByte(1, (second & ~(3 << 4)) | (mark << 4));
      return;
    }
    packet.putByte(1, (second & ~3) | mark);
    // The header's checksum follows without being made anew (RFC 1624, equation 3).
    int sum = (~packet.getUnsignedShortBigEndian(CHECKSUM) & 0xffff) + (~former & 0xffff) + mark;
    sum = (sum & 0xffff) + (sum >>> 16);
    packet.putShortBigEndian(CHECKSUM, ~sum & 0xffff);
  }

  private static boolean isIpv4(PacketBuffer packet) {
    return packet.getUnsignedByte(0) >>> 4 == 4;
  }
}
