package dev.zlayer.simulation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An IPv4 packet with the ports of TCP and, in the place of a stretch of its stream, all that one
 * side has to say: a lost one isn't sent again, and whoever waits for it has to ask again.
 */
record TcpPacket(
    InetAddress source, int sourcePort, InetAddress target, int targetPort, byte[] payload) {
  private static final int IP_BYTES = 20;
  private static final int TCP_BYTES = 20;
  private static final int TCP = 6;
  private static final int ECHO = 1;

  static boolean isTcp(byte[] packet) {
    return packet[9] == TCP;
  }

  /** A packet back to where this one comes from. */
  TcpPacket answer(byte[] answer) {
    return new TcpPacket(
        /* source= */ target,
        /* sourcePort= */ targetPort,
        /* target= */ source,
        /* targetPort= */ sourcePort,
        answer);
  }

  byte[] bytes() {
    byte[] packet = header(TCP, source, target, TCP_BYTES + payload.length);
    ByteBuffer.wrap(packet)
        .putShort(IP_BYTES, (short) sourcePort)
        .putShort(IP_BYTES + 2, (short) targetPort)
        .put(IP_BYTES + 12, (byte) 0x50)
        .put(IP_BYTES + TCP_BYTES, payload);
    return packet;
  }

  static TcpPacket parse(byte[] bytes) {
    ByteBuffer packet = ByteBuffer.wrap(bytes);
    byte[] payload = new byte[bytes.length - IP_BYTES - TCP_BYTES];
    packet.get(IP_BYTES + TCP_BYTES, payload);
    return new TcpPacket(
        address(packet, 12),
        Short.toUnsignedInt(packet.getShort(IP_BYTES)),
        address(packet, 16),
        Short.toUnsignedInt(packet.getShort(IP_BYTES + 2)),
        payload);
  }

  /** A packet of another protocol that carries a text. */
  static byte[] echo(InetAddress source, InetAddress target, String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    byte[] packet = header(ECHO, source, target, payload.length);
    System.arraycopy(payload, 0, packet, IP_BYTES, payload.length);
    return packet;
  }

  /** The text of a packet that {@link #echo} made. */
  static String text(byte[] packet) {
    return new String(packet, IP_BYTES, packet.length - IP_BYTES, StandardCharsets.UTF_8);
  }

  private static byte[] header(
      int protocol, InetAddress source, InetAddress target, int payloadBytes) {
    byte[] packet = new byte[IP_BYTES + payloadBytes];
    ByteBuffer.wrap(packet)
        .putShort((short) 0x4500)
        .putShort((short) packet.length)
        .putInt(0)
        .put((byte) 64)
        .put((byte) protocol)
        .putShort((short) 0)
        .put(source.getAddress())
        .put(target.getAddress());
    return packet;
  }

  private static InetAddress address(ByteBuffer packet, int offset) {
    byte[] bytes = new byte[4];
    packet.get(offset, bytes);
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 bytes are an address", e);
    }
  }
}
