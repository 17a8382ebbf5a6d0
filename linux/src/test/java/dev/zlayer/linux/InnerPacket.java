package dev.zlayer.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A packet of TCP or UDP as a host of the tunnel makes it, with all checksums right. It is put
 * together without the code that the tests are about.
 */
record InnerPacket(
    InetAddress source,
    InetAddress target,
    int sourcePort,
    boolean tcp,
    int sequence,
    int flags,
    int window,
    byte[] options,
    int trafficClass,
    int hopLimit,
    int id,
    boolean dontFragment,
    byte[] payload) {
  static final int ACK = 0x10;
  static final int PSH = 8;
  static final int FIN = 1;
  static final int CWR = 0x80;

  /** No operation twice, then timestamps, as Linux sends them. */
  private static final byte[] TIMESTAMPS = {1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 7};

  private static final InnerPacket TCP4 =
      new InnerPacket(
          InetAddress.ofLiteral("10.9.0.1"),
          InetAddress.ofLiteral("10.9.0.2"),
          40_000,
          true,
          1_000,
          ACK,
          500,
          TIMESTAMPS,
          0,
          64,
          7,
          true,
          new byte[0]);

  static InnerPacket tcp4(byte[] payload) {
    return TCP4.payload(payload);
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

  InnerPacket between(InetAddress from, InetAddress to) {
    return with(from, to, sourcePort, tcp, sequence, flags, id, payload);
  }

  private InnerPacket udp() {
    return with(source, target, sourcePort, false, sequence, flags, id, payload);
  }

  InnerPacket payload(byte[] value) {
    return with(source, target, sourcePort, tcp, sequence, flags, id, value);
  }

  InnerPacket sequence(int value) {
    return with(source, target, sourcePort, tcp, value, flags, id, payload);
  }

  InnerPacket flags(int value) {
    return with(source, target, sourcePort, tcp, sequence, value, id, payload);
  }

  InnerPacket sourcePort(int value) {
    return with(source, target, value, tcp, sequence, flags, id, payload);
  }

  InnerPacket id(int value) {
    return with(source, target, sourcePort, tcp, sequence, flags, value, payload);
  }

  InnerPacket trafficClass(int value) {
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        window,
        options,
        value,
        hopLimit,
        id,
        dontFragment,
        payload);
  }

  InnerPacket hopLimit(int value) {
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        window,
        options,
        trafficClass,
        value,
        id,
        dontFragment,
        payload);
  }

  InnerPacket window(int value) {
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        value,
        options,
        trafficClass,
        hopLimit,
        id,
        dontFragment,
        payload);
  }

  InnerPacket withOptions(int... bytes) {
    byte[] value = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        window,
        value,
        trafficClass,
        hopLimit,
        id,
        dontFragment,
        payload);
  }

  InnerPacket mayFragment() {
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        window,
        options,
        trafficClass,
        hopLimit,
        id,
        false,
        payload);
  }

  private InnerPacket with(
      InetAddress source,
      InetAddress target,
      int sourcePort,
      boolean tcp,
      int sequence,
      int flags,
      int id,
      byte[] payload) {
    return new InnerPacket(
        source,
        target,
        sourcePort,
        tcp,
        sequence,
        flags,
        window,
        options,
        trafficClass,
        hopLimit,
        id,
        dontFragment,
        payload);
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
