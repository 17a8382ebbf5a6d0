package dev.zlayer.linux;

import dev.zlayer.memory.PacketBuffer;

/**
 * Where the header of TCP or UDP stands in an IP packet. One object looks at packet after packet.
 * Not thread safe.
 */
final class TransportHeader {
  static final int TCP = 6;
  static final int UDP = 17;

  static final int IPV4_BYTES = 20;
  static final int IPV4_LENGTH = 2;
  static final int IPV4_ID = 4;
  static final int IPV4_FRAGMENT = 6;
  static final int IPV4_TTL = 8;
  static final int IPV4_PROTOCOL = 9;
  static final int IPV4_CHECKSUM = 10;
  static final int IPV4_ADDRESSES = 12;
  static final int IPV4_ADDRESSES_BYTES = 8;
  static final int DONT_FRAGMENT = 0x4000;

  static final int IPV6_BYTES = 40;
  static final int IPV6_LENGTH = 4;
  static final int IPV6_PROTOCOL = 6;
  static final int IPV6_HOP_LIMIT = 7;
  static final int IPV6_ADDRESSES = 8;
  static final int IPV6_ADDRESSES_BYTES = 32;

  static final int TCP_BYTES = 20;
  static final int TCP_SEQUENCE = 4;
  static final int TCP_ACKNOWLEDGEMENT = 8;
  static final int TCP_HEADER_LENGTH = 12;
  static final int TCP_FLAGS = 13;
  static final int TCP_WINDOW = 14;
  static final int TCP_CHECKSUM = 16;
  static final int TCP_URGENT = 18;
  static final int FIN = 1;
  static final int PSH = 8;
  static final int ACK = 0x10;
  static final int CWR = 0x80;

  static final int UDP_BYTES = 8;
  static final int UDP_LENGTH = 4;
  static final int UDP_CHECKSUM = 6;

  static final long PORTS_FACTOR = 0x9e37_79b9_7f4a_7c15L;
  private static final int MORE_AND_OFFSET = 0x3fff;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;

  private boolean isIpv4;
  private boolean isTcp;
  private int start;
  private int end;
  private boolean isApart;

  /** Becomes as {@code other} is. */
  void set(TransportHeader other) {
    isIpv4 = other.isIpv4;
    isTcp = other.isTcp;
    start = other.start;
    end = other.end;
    isApart = other.isApart;
  }

  boolean isIpv4() {
    return isIpv4;
  }

  /** Whether it is TCP's, else UDP's. */
  boolean isTcp() {
    return isTcp;
  }

  /** Where the header begins. */
  int start() {
    return start;
  }

  /** Where the header ends and the payload begins. */
  int end() {
    return end;
  }

  /** Whether the packet that has no such header can't belong to any flow of TCP or UDP either. */
  boolean isApart() {
    return isApart;
  }

  int checksumOffset() {
    return isTcp ? TCP_CHECKSUM : UDP_CHECKSUM;
  }

  /**
   * Looks at a packet of IPv4 without options or of IPv6 without extension headers.
   *
   * @return false if it isn't one, isn't as long as it says, is a fragment, or has no whole header
   *     of TCP or UDP
   */
  boolean find(PacketBuffer packet) {
    isApart = false;
    int length = packet.length();
    if (length >= IPV4_BYTES && packet.getUnsignedByte(0) == 0x45) {
      int protocol = packet.getUnsignedByte(IPV4_PROTOCOL);
      isApart = protocol == ICMP;
      return packet.getUnsignedShortBigEndian(IPV4_LENGTH) == length
          && (packet.getUnsignedShortBigEndian(IPV4_FRAGMENT) & MORE_AND_OFFSET) == 0
          && findAt(packet, IPV4_BYTES, protocol);
    }
    if (length >= IPV6_BYTES && packet.getUnsignedByte(0) >>> 4 == 6) {
      int protocol = packet.getUnsignedByte(IPV6_PROTOCOL);
      isApart = protocol == ICMPV6;
      return packet.getUnsignedShortBigEndian(IPV6_LENGTH) == length - IPV6_BYTES
          && findAt(packet, IPV6_BYTES, protocol);
    }
    return false;
  }

  /** Looks for the header of {@code protocol} where it must stand. */
  boolean findAt(PacketBuffer packet, int offset, int protocol) {
    isIpv4 = packet.getUnsignedByte(0) >>> 4 == 4;
    isTcp = protocol == TCP;
    start = offset;
    int room = packet.length() - offset;
    if (protocol == UDP && room >= UDP_BYTES) {
      end = offset + UDP_BYTES;
      return true;
    }
    if (protocol == TCP && room >= TCP_BYTES) {
      int bytes = (packet.getUnsignedByte(offset + TCP_HEADER_LENGTH) >>> 4) * 4;
      end = offset + bytes;
      return bytes >= TCP_BYTES && bytes <= room;
    }
    return false;
  }

  /** The sum of the pseudo header of a packet with {@code bytes} of header and payload. */
  long pseudoSum(PacketBuffer packet, int bytes) {
    long addresses =
        isIpv4
            ? InternetChecksum.sum(packet, IPV4_ADDRESSES, IPV4_ADDRESSES_BYTES)
            : InternetChecksum.sum(packet, IPV6_ADDRESSES, IPV6_ADDRESSES_BYTES);
    return addresses + InternetChecksum.word(isTcp ? TCP : UDP) + InternetChecksum.word(bytes);
  }

  /** Whether the packet that was found last has a checksum, which UDP may go without. */
  boolean hasChecksum(PacketBuffer packet) {
    return packet.getUnsignedShortBigEndian(start + checksumOffset()) != 0;
  }

  /** Whether all checksums of a packet are right whose header stands where the last one's does. */
  boolean isIntact(PacketBuffer packet) {
    int bytes = packet.length() - start;
    long sum = pseudoSum(packet, bytes) + InternetChecksum.sum(packet, start, bytes);
    return InternetChecksum.finish(sum) == 0
        && (isTcp || hasChecksum(packet))
        && (!isIpv4 || InternetChecksum.finish(InternetChecksum.sum(packet, 0, IPV4_BYTES)) == 0);
  }

  /** A hash of what names the flow of the packet that was found last. */
  long flow(PacketBuffer packet) {
    long ports = packet.getIntBigEndian(start) * PORTS_FACTOR;
    return (isIpv4 ? packet.getLongBigEndian(IPV4_ADDRESSES) : ipv6Addresses(packet)) ^ ports;
  }

  /** As {@link #find} and {@link #flow}, or a hash of the addresses of a packet without ports. */
  long flowOf(PacketBuffer packet) {
    if (find(packet)) {
      return flow(packet);
    }
    int length = packet.length();
    int version = length == 0 ? 0 : packet.getUnsignedByte(0) >>> 4;
    if (version == 4 && length >= IPV4_BYTES) {
      return packet.getLongBigEndian(IPV4_ADDRESSES);
    }
    return version == 6 && length >= IPV6_BYTES ? ipv6Addresses(packet) : 0;
  }

  private static long ipv6Addresses(PacketBuffer packet) {
    long source =
        packet.getLongBigEndian(IPV6_ADDRESSES) * 31 + packet.getLongBigEndian(IPV6_ADDRESSES + 8);
    return (source * 31 + packet.getLongBigEndian(IPV6_ADDRESSES + 16)) * 31
        + packet.getLongBigEndian(IPV6_ADDRESSES + 24);
  }

  /** Whether two packets with a header as the last one's are of one flow. */
  boolean isSameFlow(PacketBuffer one, PacketBuffer other) {
    return isSameInt(one, other, start)
        && (isIpv4
            ? isSameLong(one, other, IPV4_ADDRESSES)
            : isSameLong(one, other, IPV6_ADDRESSES)
                && isSameLong(one, other, IPV6_ADDRESSES + 8)
                && isSameLong(one, other, IPV6_ADDRESSES + 16)
                && isSameLong(one, other, IPV6_ADDRESSES + 24));
  }

  private static boolean isSameInt(PacketBuffer one, PacketBuffer other, int index) {
    return one.getIntBigEndian(index) == other.getIntBigEndian(index);
  }

  private static boolean isSameLong(PacketBuffer one, PacketBuffer other, int index) {
    return one.getLongBigEndian(index) == other.getLongBigEndian(index);
  }
}
