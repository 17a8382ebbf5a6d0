package dev.zlayer.linux;

import dev.zlayer.memory.LocalAddress;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.memory.RawMemory;

/**
 * What a UDP datagram has beside its bytes and its address: our own address, and the congestion
 * mark (ECN) of the IP header. In native memory, as {@code cmsghdr} structures.
 *
 * <p>A socket for both families tells and takes IPv4 addresses in their mapped form; the mark is
 * IPv4's or IPv6's own, as the datagram is.
 */
final class ControlData {
  /** Room for all that we ask for, in either direction. */
  static final int BYTES = 128;

  // struct cmsghdr: u64 length, header included @0, int level @8, int type @12; data @16
  private static final int LEVEL = 8;
  private static final int TYPE = 12;
  private static final int DATA = 16;

  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;
  private static final int UDP_GRO = 104;

  private static final int IPPROTO_IP = 0;
  private static final int IP_TOS = 1;
  private static final int IP_PKTINFO = 8;
  private static final int IP_RECVTOS = 13;
  private static final int IPV6_RECVPKTINFO = 49;
  private static final int IPV6_PKTINFO = 50;
  private static final int IPV6_RECVTCLASS = 66;
  private static final int IPV6_TCLASS = 67;

  // struct in6_pktinfo: address @0, int index @16
  private static final int INFO6_INDEX = 16;
  private static final int INFO6_BYTES = 20;

  // struct in_pktinfo: int index @0, our address @4, the header's target @8
  private static final int INFO4_ADDRESS = 4;
  private static final int INFO4_BYTES = 12;

  private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;

  /** {@code fe80::/10}, the first ten bits. */
  private static final long LINK_LOCAL = 0xfe80 >> 6;

  private static final int ECN_MASK = 3;

  private ControlData() {}

  /** Makes the kernel tell it of every datagram received. */
  static void request(Descriptor socket, int family) throws NativeException {
    Sockets.option(socket, IPPROTO_IP, IP_RECVTOS, 1);
    if (family == LibC.AF_INET6) {
      Sockets.option(socket, LibC.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
      Sockets.option(socket, LibC.IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    } else {
      Sockets.option(socket, IPPROTO_IP, IP_PKTINFO, 1);
    }
  }

  /**
   * Lets the kernel give datagrams of one sender, of one size but for the last, as one message.
   * Kernels before 5.0 don't.
   */
  static void requestRuns(Descriptor socket) {
    int ignored = Sockets.tryOption(socket, SOL_UDP, UDP_GRO, 1);
  }

  /** Whether the kernel cuts a message into datagrams; those before 4.18 would send it whole. */
  static boolean canSegment(Descriptor socket) {
    return Sockets.tryOption(socket, SOL_UDP, UDP_SEGMENT, 0) >= 0;
  }

  /** Writes that of an outgoing datagram; returns how many bytes it takes, 0 for none. */
  static int put(long target, int family, PacketBuffer packet) {
    int markBytes = putMark(target, packet);
    LocalAddress local = packet.localAddress();
    if (local.isAny()) {
      return markBytes;
    }
    long next = target + markBytes;
    return markBytes + (family == LibC.AF_INET6 ? putInfo6(next, local) : putInfo4(next, local));
  }

  /**
   * Adds to the {@code bytes} bytes that {@link #put} wrote that the message is to be cut into
   * datagrams of {@code segmentBytes}; returns how many bytes all of it takes.
   */
  static int addSegmentBytes(long target, int bytes, int segmentBytes) {
    int before = aligned(bytes);
    RawMemory.putShort(target + before + DATA, segmentBytes);
    return before + finish(target + before, SOL_UDP, UDP_SEGMENT, Short.BYTES);
  }

  /** As {@link #put}, but leaves it to the kernel which of our addresses to send from. */
  static int putMark(long target, PacketBuffer packet) {
    if (packet.ecn() == 0) {
      return 0;
    }
    RawMemory.putInt(target + DATA, packet.ecn());
    int bytes =
        packet.endpoint().isIpv4()
            ? finish(target, IPPROTO_IP, IP_TOS, Integer.BYTES)
            : finish(target, LibC.IPPROTO_IPV6, IPV6_TCLASS, Integer.BYTES);
    return aligned(bytes);
  }

  private static int putInfo6(long target, LocalAddress local) {
    RawMemory.putLongBigEndian(target + DATA, local.high());
    RawMemory.putLongBigEndian(target + DATA + 8, local.low());
    RawMemory.putInt(target + DATA + INFO6_INDEX, local.interfaceIndex());
    return finish(target, LibC.IPPROTO_IPV6, IPV6_PKTINFO, INFO6_BYTES);
  }

  private static int putInfo4(long target, LocalAddress local) {
    RawMemory.putInt(target + DATA, local.interfaceIndex());
    RawMemory.putIntBigEndian(target + DATA + INFO4_ADDRESS, (int) local.low());
    RawMemory.putInt(target + DATA + INFO4_ADDRESS + 4, 0);
    return finish(target, IPPROTO_IP, IP_PKTINFO, INFO4_BYTES);
  }

  /**
   * Returns the structure's bytes, without those that align the next one: for an address alone they
   * would be more than the kernel has room for on its stack.
   */
  private static int finish(long target, int level, int type, int dataBytes) {
    RawMemory.putLong(target, DATA + dataBytes);
    RawMemory.putInt(target + LEVEL, level);
    RawMemory.putInt(target + TYPE, type);
    return DATA + dataBytes;
  }

  /**
   * Gives {@code packet} what was received with it.
   *
   * @return the bytes of each datagram in it, the last of which may be shorter; 0 if it is but one
   */
  static int read(long source, int bytes, PacketBuffer packet, LocalAddressCache addresses) {
    int segmentBytes = 0;
    long end = source + bytes;
    long next = source;
    while (next + DATA <= end) {
      int length = RawMemory.getInt(next);
      if (length < DATA || next + length > end) {
        break;
      }
      int level = RawMemory.getInt(next + LEVEL);
      int type = RawMemory.getInt(next + TYPE);
      if (level == LibC.IPPROTO_IPV6 && type == IPV6_PKTINFO) {
        long high = RawMemory.getLongBigEndian(next + DATA);
        boolean linkLocal = high >>> 54 == LINK_LOCAL;
        packet.localAddress(
            addresses.find(
                high,
                RawMemory.getLongBigEndian(next + DATA + 8),
                linkLocal ? RawMemory.getInt(next + DATA + INFO6_INDEX) : 0));
      } else if (level == IPPROTO_IP && type == IP_PKTINFO) {
        packet.localAddress(
            addresses.find(
                0,
                MAPPED_PREFIX
                    | (RawMemory.getIntBigEndian(next + DATA + INFO4_ADDRESS) & 0xffff_ffffL),
                0));
      } else if ((level == IPPROTO_IP && type == IP_TOS)
          || (level == LibC.IPPROTO_IPV6 && type == IPV6_TCLASS)) {
        packet.ecn(RawMemory.getUnsignedByte(next + DATA) & ECN_MASK);
      } else if (level == SOL_UDP && type == UDP_GRO) {
        segmentBytes = RawMemory.getInt(next + DATA);
      }
      next += aligned(length);
    }
    return segmentBytes;
  }

  private static int aligned(int bytes) {
    return (bytes + 7) & ~7;
  }
}
