package dev.zlayer.memory;

/**
 * The congestion mark in the header of an IP packet that isn't malformed: 0 is not capable, 1 is
 * ECT(1), 2 is ECT(0), 3 is congestion experienced (RFC 3168, section 5).
 */
public final class EcnField {
  public static final int NOT_CAPABLE = 0;
  public static final int ECT_0 = 2;
  public static final int CONGESTION_EXPERIENCED = 3;

  private static final int IPV4_CHECKSUM = 10;

  private EcnField() {}

  /** The packet's mark, 0 to 3. */
  public static int of(PacketBuffer packet) {
    int second = packet.getUnsignedByte(1);
    return (isIpv4(packet) ? second : second >>> 4) & 3;
  }

  /** Changes the mark to {@code mark}, 0 to 3; the checksum of IPv4's header follows. */
  public static void set(PacketBuffer packet, int mark) {
    int second = packet.getUnsignedByte(1);
    if (!isIpv4(packet)) {
      packet.putByte(1, (second & ~(3 << 4)) | (mark << 4));
      return;
    }
    packet.putByte(1, (second & ~3) | mark);
    // Without being made anew (RFC 1624, equation 3).
    int sum =
        (~packet.getUnsignedShortBigEndian(IPV4_CHECKSUM) & 0xffff)
            + (~(second & 3) & 0xffff)
            + mark;
    sum = (sum & 0xffff) + (sum >>> 16);
    packet.putShortBigEndian(IPV4_CHECKSUM, ~sum & 0xffff);
  }

  private static boolean isIpv4(PacketBuffer packet) {
    return packet.getUnsignedByte(0) >>> 4 == 4;
  }
}
