package dev.zlayer.linux;

import static dev.zlayer.linux.TransportHeader.ACK;
import static dev.zlayer.linux.TransportHeader.IPV4_BYTES;
import static dev.zlayer.linux.TransportHeader.IPV4_CHECKSUM;
import static dev.zlayer.linux.TransportHeader.IPV4_FRAGMENT;
import static dev.zlayer.linux.TransportHeader.IPV4_ID;
import static dev.zlayer.linux.TransportHeader.IPV4_LENGTH;
import static dev.zlayer.linux.TransportHeader.IPV4_TTL;
import static dev.zlayer.linux.TransportHeader.IPV6_BYTES;
import static dev.zlayer.linux.TransportHeader.IPV6_HOP_LIMIT;
import static dev.zlayer.linux.TransportHeader.IPV6_LENGTH;
import static dev.zlayer.linux.TransportHeader.PSH;
import static dev.zlayer.linux.TransportHeader.TCP_ACKNOWLEDGEMENT;
import static dev.zlayer.linux.TransportHeader.TCP_BYTES;
import static dev.zlayer.linux.TransportHeader.TCP_FLAGS;
import static dev.zlayer.linux.TransportHeader.TCP_SEQUENCE;
import static dev.zlayer.linux.TransportHeader.TCP_URGENT;
import static dev.zlayer.linux.TransportHeader.TCP_WINDOW;
import static dev.zlayer.linux.TransportHeader.UDP_LENGTH;

import dev.zlayer.memory.PacketBuffer;

/**
 * Packets of one flow that follow each other as if they had been cut from one: all headers are the
 * same but for what such a cut counts on, and all payloads have one size but for the last, which
 * may be shorter. One object serves batch after batch. Not thread safe.
 */
final class SegmentRun {
  private static final int MAX_BYTES = 65535;

  /** What one call of the kernel gathers (IOV_MAX), but for the header before them. */
  static final int MAX_PACKETS = 1023;

  /** Where the headers of all its packets stand. */
  private final TransportHeader layout = new TransportHeader();

  private PacketBuffer head;
  private int headIndex;
  private int lastIndex;
  private int count;

  /** Whether the first packet is of a flow; else nothing of this but its place is set. */
  private boolean hasFlow;

  private long flow;
  private boolean isOpen;
  private boolean isHeadVerified;
  private int segmentBytes;
  private int bytes;
  private int nextSequence;
  private int nextId;
  private int push;

  /** Begins with a packet of no flow, which stays alone. */
  void begin(PacketBuffer packet, int index) {
    head = packet;
    headIndex = index;
    lastIndex = index;
    count = 1;
    hasFlow = false;
    isOpen = false;
  }

  /** Begins with a packet of the flow with the hash {@code flow}. */
  void begin(PacketBuffer packet, int index, TransportHeader header, long flow) {
    begin(packet, index);
    hasFlow = true;
    this.flow = flow;
    isHeadVerified = false;
    layout.set(header);
    segmentBytes = packet.length() - layout.end();
    bytes = packet.length();
    push = 0;
    if (layout.isTcp()) {
      nextSequence = packet.getIntBigEndian(layout.start() + TCP_SEQUENCE) + segmentBytes;
    }
    if (layout.isIpv4()) {
      nextId = packet.getUnsignedShortBigEndian(IPV4_ID) + 1;
    }
    isOpen =
        segmentBytes > 0 && (layout.isTcp() ? isPlainData(packet) : layout.hasChecksum(packet));
  }

  /** Data without any event, not even the request to hand it on at once. */
  private boolean isPlainData(PacketBuffer packet) {
    return packet.getUnsignedByte(layout.start() + TCP_FLAGS) == ACK
        && packet.getUnsignedShortBigEndian(layout.start() + TCP_URGENT) == 0;
  }

  /** The place of its first packet in the batch. */
  int headIndex() {
    return headIndex;
  }

  int lastIndex() {
    return lastIndex;
  }

  int count() {
    return count;
  }

  /** Payload bytes of each packet but the last. */
  int segmentBytes() {
    return segmentBytes;
  }

  /** Where the headers of all its packets stand. */
  TransportHeader layout() {
    return layout;
  }

  /** Whether its first packet is of the same flow. */
  boolean isOf(PacketBuffer packet, TransportHeader header, long flow) {
    return hasFlow
        && this.flow == flow
        && layout.isIpv4() == header.isIpv4()
        && layout.isTcp() == header.isTcp()
        && layout.isSameFlow(head, packet);
  }

  /** Lets nothing more be added. */
  void close() {
    isOpen = false;
  }

  /** Adds the packet, which is of this flow, if it is the next one. */
  boolean add(PacketBuffer packet, int index, TransportHeader header) {
    if (!isOpen || !continues(packet, header) || !verify(packet)) {
      return false;
    }
    int payloadBytes = packet.length() - layout.end();
    count++;
    lastIndex = index;
    bytes += payloadBytes;
    nextSequence += payloadBytes;
    nextId++;
    push = layout.isTcp() ? packet.getUnsignedByte(layout.start() + TCP_FLAGS) & PSH : 0;
    isOpen =
        payloadBytes == segmentBytes
            && push == 0
            && count < (layout.isTcp() ? MAX_PACKETS : DatagramSender.MAX_SEGMENTS);
    return true;
  }

  private boolean continues(PacketBuffer packet, TransportHeader header) {
    int payloadBytes = packet.length() - layout.end();
    return header.end() == layout.end()
        && payloadBytes > 0
        && payloadBytes <= segmentBytes
        && bytes + payloadBytes <= MAX_BYTES
        && (layout.isIpv4() ? continuesIpv4(packet) : continuesIpv6(packet))
        && (!layout.isTcp() || continuesTcp(packet));
  }

  /** The identification tells something only where fragments are allowed: RFC 6864. */
  private boolean continuesIpv4(PacketBuffer packet) {
    int fragment = packet.getUnsignedShortBigEndian(IPV4_FRAGMENT);
    return packet.getUnsignedShortBigEndian(0) == head.getUnsignedShortBigEndian(0)
        && packet.getUnsignedByte(IPV4_TTL) == head.getUnsignedByte(IPV4_TTL)
        && fragment == head.getUnsignedShortBigEndian(IPV4_FRAGMENT)
        && ((fragment & TransportHeader.DONT_FRAGMENT) != 0
            || packet.getUnsignedShortBigEndian(IPV4_ID) == (nextId & 0xffff));
  }

  private boolean continuesIpv6(PacketBuffer packet) {
    return packet.getIntBigEndian(0) == head.getIntBigEndian(0)
        && packet.getUnsignedByte(IPV6_HOP_LIMIT) == head.getUnsignedByte(IPV6_HOP_LIMIT);
  }

  private boolean continuesTcp(PacketBuffer packet) {
    return packet.getIntBigEndian(layout.start() + TCP_SEQUENCE) == nextSequence
        && isSameInt(packet, layout.start() + TCP_ACKNOWLEDGEMENT)
        && (packet.getUnsignedByte(layout.start() + TCP_FLAGS) & ~PSH) == ACK
        && packet.getUnsignedShortBigEndian(layout.start() + TCP_WINDOW)
            == head.getUnsignedShortBigEndian(layout.start() + TCP_WINDOW)
        && packet.getUnsignedShortBigEndian(layout.start() + TCP_URGENT) == 0
        && hasSameOptions(packet);
  }

  private boolean hasSameOptions(PacketBuffer packet) {
    for (int i = layout.start() + TCP_BYTES; i < layout.end(); i += Integer.BYTES) {
      if (!isSameInt(packet, i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isSameInt(PacketBuffer packet, int index) {
    return packet.getIntBigEndian(index) == head.getIntBigEndian(index);
  }

  /** The kernel won't look at checksums any more, so a wrong one must not become a right one. */
  private boolean verify(PacketBuffer packet) {
    if (!isHeadVerified) {
      if (!layout.isIntact(head)) {
        close();
        return false;
      }
      isHeadVerified = true;
    }
    return layout.isIntact(packet);
  }

  /** Makes the first packet's header that of all of them in one, its checksum left unfinished. */
  void complete() {
    int transportBytes = bytes - layout.start();
    long pseudoSum = layout.pseudoSum(head, transportBytes);
    if (layout.isIpv4()) {
      head.putShortBigEndian(IPV4_LENGTH, bytes);
      head.putShortBigEndian(IPV4_CHECKSUM, 0);
      long sum = InternetChecksum.sum(head, 0, IPV4_BYTES);
      head.putShortBigEndian(IPV4_CHECKSUM, InternetChecksum.finish(sum));
    } else {
      head.putShortBigEndian(IPV6_LENGTH, bytes - IPV6_BYTES);
    }
    if (layout.isTcp()) {
      head.putByte(
          layout.start() + TCP_FLAGS, head.getUnsignedByte(layout.start() + TCP_FLAGS) | push);
    } else {
      head.putShortBigEndian(layout.start() + UDP_LENGTH, transportBytes);
    }
    head.putShortBigEndian(
        layout.start() + layout.checksumOffset(), InternetChecksum.fold(pseudoSum));
  }
}
