package dev.zlayer.linux;

import static dev.zlayer.linux.TransportHeader.CWR;
import static dev.zlayer.linux.TransportHeader.FIN;
import static dev.zlayer.linux.TransportHeader.IPV4_BYTES;
import static dev.zlayer.linux.TransportHeader.IPV4_CHECKSUM;
import static dev.zlayer.linux.TransportHeader.IPV4_ID;
import static dev.zlayer.linux.TransportHeader.IPV4_LENGTH;
import static dev.zlayer.linux.TransportHeader.IPV6_BYTES;
import static dev.zlayer.linux.TransportHeader.IPV6_LENGTH;
import static dev.zlayer.linux.TransportHeader.IPV6_PROTOCOL;
import static dev.zlayer.linux.TransportHeader.PSH;
import static dev.zlayer.linux.TransportHeader.TCP;
import static dev.zlayer.linux.TransportHeader.TCP_FLAGS;
import static dev.zlayer.linux.TransportHeader.TCP_SEQUENCE;
import static dev.zlayer.linux.TransportHeader.UDP;
import static dev.zlayer.linux.TransportHeader.UDP_LENGTH;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/**
 * Makes of a packet that the kernel left whole the packets that a network would see: segments with
 * headers of their own and all checksums. What a batch has no room for waits for the next one.
 * Pure; not thread safe.
 */
final class SegmentSplitter {
  private final TransportHeader header = new TransportHeader();

  private PacketBuffer packet;
  private int segmentBytes;

  /** Payload that is dealt with; at {@link #payloadBytes} there is nothing left. */
  private int offset;

  private int payloadBytes;
  private int sequence;
  private int flags;
  private int id;

  /** The sum of what of IPv4's header is the same in all segments. */
  private long headerSum;

  /** The sum of the pseudo header without the length. */
  private long pseudoSum;

  /** Whether {@link #split} has more to give. */
  boolean hasMore() {
    return offset < payloadBytes;
  }

  /**
   * Finishes the checksum of a packet that isn't to be cut.
   *
   * @return false if it has none where it should
   */
  static boolean finish(PacketBuffer packet, VirtioHeader virtio) {
    if (!virtio.needsChecksum()) {
      return true;
    }
    int start = virtio.checksumStart();
    int place = start + virtio.checksumOffset();
    if (place + 2 > packet.length()) {
      return false;
    }
    long sum = InternetChecksum.sum(packet, start, packet.length() - start);
    boolean isUdp = virtio.checksumOffset() == TransportHeader.UDP_CHECKSUM;
    packet.putShortBigEndian(place, checksum(sum, isUdp));
    return true;
  }

  /** To UDP a checksum of 0 says that there is none; both words mean 0. */
  private static int checksum(long sum, boolean isUdp) {
    int checksum = InternetChecksum.finish(sum);
    return isUdp && checksum == 0 ? 0xffff : checksum;
  }

  /**
   * Takes in a packet that is to be cut, which is left to this object until all is split.
   *
   * @return false if it isn't what {@code virtio} says; there is nothing to split then
   */
  boolean begin(PacketBuffer packet, VirtioHeader virtio) {
    this.packet = packet;
    offset = 0;
    payloadBytes = 0;
    segmentBytes = virtio.segmentBytes();
    if (segmentBytes == 0 || !findHeader(packet, virtio)) {
      return false;
    }
    int transportBytes = packet.length() - header.start();
    long lengthWord = InternetChecksum.word(transportBytes);
    int place = header.start() + header.checksumOffset();
    // What the kernel has summed up knows of a routing header, too.
    pseudoSum =
        virtio.needsChecksum()
            ? InternetChecksum.word(packet.getUnsignedShortBigEndian(place)) + 0xffff - lengthWord
            : header.pseudoSum(packet, 0);
    packet.putShortBigEndian(place, 0);
    if (header.isIpv4()) {
      id = packet.getUnsignedShortBigEndian(IPV4_ID);
      packet.putShortBigEndian(IPV4_LENGTH, 0);
      packet.putShortBigEndian(IPV4_ID, 0);
      packet.putShortBigEndian(IPV4_CHECKSUM, 0);
      headerSum = InternetChecksum.sum(packet, 0, (packet.getUnsignedByte(0) & 15) * 4);
    }
    if (header.isTcp()) {
      sequence = packet.getIntBigEndian(header.start() + TCP_SEQUENCE);
      flags = packet.getUnsignedByte(header.start() + TCP_FLAGS);
    }
    payloadBytes = packet.length() - header.end();
    return payloadBytes > 0;
  }

  private boolean findHeader(PacketBuffer packet, VirtioHeader virtio) {
    if (packet.length() < IPV4_BYTES) {
      return false;
    }
    int version = packet.getUnsignedByte(0) >>> 4;
    int type = virtio.gsoType();
    boolean isUdp = type == VirtioHeader.GSO_UDP_L4;
    boolean isKnown =
        version == 4
            ? isUdp || type == VirtioHeader.GSO_TCPV4
            : version == 6 && (isUdp || type == VirtioHeader.GSO_TCPV6);
    int ipBytes = version == 4 ? (packet.getUnsignedByte(0) & 15) * 4 : IPV6_BYTES;
    int start = virtio.needsChecksum() ? virtio.checksumStart() : ipBytes;
    boolean isThere =
        version == 4
            ? ipBytes >= IPV4_BYTES && start == ipBytes
            : start > IPV6_BYTES || (start == IPV6_BYTES && hasNext(packet, isUdp ? UDP : TCP));
    return isKnown && isThere && header.findAt(packet, start, isUdp ? UDP : TCP);
  }

  private static boolean hasNext(PacketBuffer packet, int protocol) {
    return packet.length() >= IPV6_BYTES && packet.getUnsignedByte(IPV6_PROTOCOL) == protocol;
  }

  /** Adds segments to {@code batch} until it is full; those that fit no buffer of it are lost. */
  void split(PacketBatch batch) {
    while (hasMore() && !batch.isFull()) {
      int bytes = Math.min(segmentBytes, payloadBytes - offset);
      PacketBuffer segment = batch.add();
      if (segment.tailroom() < header.end() + bytes) {
        batch.removeLast();
      } else {
        segment.length(header.end() + bytes);
        segment.copy(packet, 0, 0, header.end());
        segment.copy(packet, header.end() + offset, header.end(), bytes);
        complete(segment);
      }
      offset += bytes;
    }
  }

  /** Leaves out the next segment. */
  void skip() {
    offset += segmentBytes;
  }

  private void complete(PacketBuffer segment) {
    if (header.isIpv4()) {
      int ownId = (id + offset / segmentBytes) & 0xffff;
      segment.putShortBigEndian(IPV4_LENGTH, segment.length());
      segment.putShortBigEndian(IPV4_ID, ownId);
      long sum = headerSum + InternetChecksum.word(segment.length()) + InternetChecksum.word(ownId);
      segment.putShortBigEndian(IPV4_CHECKSUM, InternetChecksum.finish(sum));
    } else {
      segment.putShortBigEndian(IPV6_LENGTH, segment.length() - IPV6_BYTES);
    }
    int start = header.start();
    int transportBytes = segment.length() - start;
    if (header.isTcp()) {
      boolean isFirst = offset == 0;
      boolean isLast = offset + segment.length() - header.end() == payloadBytes;
      int ownFlags = flags & ~(isFirst ? 0 : CWR) & ~(isLast ? 0 : FIN | PSH);
      segment.putByte(start + TCP_FLAGS, ownFlags);
      segment.putIntBigEndian(start + TCP_SEQUENCE, sequence + offset);
    } else {
      segment.putShortBigEndian(start + UDP_LENGTH, transportBytes);
    }
    long sum =
        pseudoSum
            + InternetChecksum.word(transportBytes)
            + InternetChecksum.sum(segment, start, transportBytes);
    segment.putShortBigEndian(start + header.checksumOffset(), checksum(sum, !header.isTcp()));
  }
}
