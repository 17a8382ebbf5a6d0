package dev.zlayer.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A packet of TCP or UDP as a host of the tunnel makes it, with all checksums right. It is put
 * together without the code that the tests are about. Never changed: each change makes a copy.
 */
final class InnerPacket {
  static final int ACK = 0x10;
  static final int PSH = 8;
  static final int FIN = 1;
  static final int CWR = 0x80;

  /** No operation twice, then timestamps, as Linux sends them. */
  private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 7};

  private InetAddress source = InetAddress.ofLiteral("10.9.0.1");
  private InetAddress target = InetAddress.ofLiteral("10.9.0.2");
  private int sourcePort = 40_000;
  private boolean tcp = true;
  private int sequence = 1_000;
  private int flags = ACK;
  private int window = 500;
  private byte[] options = TIMESTAMPS;
  private int trafficClass;
  private int hopLimit = 64;
  private int id = 7;
  private boolean dontFragment = true;
  private byte[] payload;

  private InnerPacket(byte[] payload) {
    this.payload = payload;
  }

  static InnerPacket tcp4(byte[] payload) {
    return new InnerPacket(payload);
  }

  static InnerPacket tcp6(byte[] payload) {
    return tcp4(payload)
        .between(InetAddress.ofLiteral("fd09::1"), InetAddress.ofLiteral("fd09:1:2:3:4:5:6:7"));
  }

  static InnerPacket udp4(byte[] payload) {
    return tcp4(payload).udp();
  }

  static InnerPacket udp6(byte[] payload) {
    return tcp6(payload).udp();
  }

  /** The four above in this order, then some of TCP with headers of other kinds. */
  static List<InnerPacket> ofEachKind(byte[] payload) {
    return List.of(
        tcp4(payload),
        tcp6(payload),
        udp4(payload),
        udp6(payload),
        tcp4(payload).withOptions(),
        tcp4(payload).trafficClass(3).id(0xfffe).mayFragment(),
        tcp4(payload).sequence(-1000));
  }

  private InnerPacket copy() {
    InnerPacket copy = new InnerPacket(payload);
    copy.source = source;
    copy.target = target;
    copy.sourcePort = sourcePort;
    copy.tcp = tcp;
    copy.sequence = sequence;
    copy.flags = flags;
    copy.window = window;
    copy.options = options;
    copy.trafficClass = trafficClass;
    copy.hopLimit = hopLimit;
    copy.id = id;
    copy.dontFragment = dontFragment;
    return copy;
  }

  InnerPacket between(InetAddress from, InetAddress to) {
    InnerPacket copy = copy();
    copy.source = from;
    copy.target = to;
    return copy;
  }

  private InnerPacket udp() {
    InnerPacket copy = copy();
    copy.tcp = false;
    return copy;
  }

  InnerPacket payload(byte[] value) {
    InnerPacket copy = copy();
    copy.payload = value;
    return copy;
  }

  InnerPacket sequence(int value) {
    InnerPacket copy = copy();
    copy.sequence = value;
    return copy;
  }

  InnerPacket flags(int value) {
    InnerPacket copy = copy();
    copy.flags = value;
    return copy;
  }

  InnerPacket sourcePort(int value) {
    InnerPacket copy = copy();
    copy.sourcePort = value;
    return copy;
  }

  InnerPacket id(int value) {
    InnerPacket copy = copy();
    copy.id = value;
    return copy;
  }

  InnerPacket trafficClass(int value) {
    InnerPacket copy = copy();
    copy.trafficClass = value;
    return copy;
  }

  InnerPacket hopLimit(int value) {
    InnerPacket copy = copy();
    copy.hopLimit = value;
    return copy;
  }

  InnerPacket window(int value) {
    InnerPacket copy = copy();
    copy.window = value;
    return copy;
  }

  InnerPacket withOptions(int... bytes) {
    InnerPacket copy = copy();
    copy.options = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      copy.options[i] = (byte) bytes[i];
    }
    return copy;
  }

  InnerPacket mayFragment() {
    InnerPacket copy = copy();
    copy.dontFragment = false;
    return copy;
  }

  boolean tcp() {
    return tcp;
  }

  int sourcePort() {
    return sourcePort;
  }

  int sequence() {
    return sequence;
  }

  byte[] payload() {
    return payload;
  }

  boolean isIpv4() {
    return source.getAddress().length == 4;
  }

  int ipBytes() {
    return isIpv4() ? 20 : 40;
  }

  int transportBytes() {
    return tcp ? 20 + options.length : 8;
  }

  /** The part of a cut of this one that begins at {@code offset}, as a network card makes it. */
  InnerPacket segment(int offset, int segmentBytes) {
    int end = Math.min(payload.length, offset + segmentBytes);
    boolean isLast = end == payload.length;
    int ownFlags = flags & ~(offset == 0 ? 0 : CWR) & ~(isLast ? 0 : FIN | PSH);
    return payload(Arrays.copyOfRange(payload, offset, end))
        .sequence(sequence + offset)
        .flags(ownFlags)
        .id(id + offset / segmentBytes);
  }

  byte[] bytes() {
    byte[] packet = unfinished();
    int start = ipBytes();
    byte[] transport = Arrays.copyOfRange(packet, start, packet.length);
    ByteBuffer.wrap(transport).putShort(checksumOffset(), (short) 0);
    byte[] pseudo = pseudoHeader(transport.length);
    byte[] all = Arrays.copyOf(pseudo, pseudo.length + transport.length);
    System.arraycopy(transport, 0, all, pseudo.length, transport.length);
    int checksum = InternetChecksum.of(all);
    ByteBuffer.wrap(packet)
        .putShort(start + checksumOffset(), (short) (checksum == 0 && !tcp ? 0xffff : checksum));
    return packet;
  }

  /** With the sum of the pseudo header for a checksum, as it passes between kernel and device. */
  byte[] unfinished() {
    int transport = transportBytes() + payload.length;
    ByteBuffer packet = ByteBuffer.allocate(ipBytes() + transport);
    if (isIpv4()) {
      packet.put((byte) 0x45).put((byte) trafficClass).putShort((short) packet.capacity());
      packet.putShort((short) id).putShort((short) (dontFragment ? 0x4000 : 0));
      packet.put((byte) hopLimit).put((byte) (tcp ? 6 : 17)).putShort((short) 0);
      packet.put(source.getAddress()).put(target.getAddress());
      packet.putShort(10, (short) InternetChecksum.of(Arrays.copyOf(packet.array(), 20)));
    } else {
      packet.putInt((6 << 28) | (trafficClass << 20) | 0x12345).putShort((short) transport);
      packet.put((byte) (tcp ? 6 : 17)).put((byte) hopLimit);
      packet.put(source.getAddress()).put(target.getAddress());
    }
    packet.putShort((short) sourcePort).putShort((short) 5201);
    if (tcp) {
      packet.putInt(sequence).putInt(77).put((byte) ((transportBytes() / 4) << 4));
      packet.put((byte) flags).putShort((short) window).putInt(0).put(options);
    } else {
      packet.putShort((short) transport).putShort((short) 0);
    }
    packet.put(payload);
    int sum = ~InternetChecksum.of(pseudoHeader(transport)) & 0xffff;
    return packet.putShort(ipBytes() + checksumOffset(), (short) sum).array();
  }

  int checksumOffset() {
    return tcp ? 16 : 6;
  }

  private byte[] pseudoHeader(int transport) {
    ByteBuffer pseudo = ByteBuffer.allocate(2 * source.getAddress().length + 8);
    pseudo.put(source.getAddress()).put(target.getAddress());
    return pseudo.putInt(transport).putInt(tcp ? 6 : 17).array();
  }
}
