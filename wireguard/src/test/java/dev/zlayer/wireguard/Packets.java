package dev.zlayer.wireguard;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes IP packets as far as the engine looks at them: addresses, lengths, ports, a payload. */
final class Packets {
  private Packets() {}

  static byte[] packet(String source, String target, String payload) {
    byte[] from = InetAddress.ofLiteral(source).getAddress();
    byte[] to = InetAddress.ofLiteral(target).getAddress();
    byte[] text = payload.getBytes(StandardCharsets.UTF_8);
    ByteBuffer packet;
    if (from.length == 4) {
      packet = ByteBuffer.allocate(20 + text.length);
      packet.putShort((short) 0x4500).putShort((short) packet.capacity()).position(12);
    } else {
      packet = ByteBuffer.allocate(40 + text.length);
      packet.putInt(0x6000_0000).putShort((short) text.length).position(8);
    }
    return packet.put(from).put(to).put(text).array();
  }

  /** A packet of TCP, as far as its ports. */
  static byte[] tcp(String source, int sourcePort, String target, int targetPort, String payload) {
    byte[] packet = packet(source, target, "PORT" + payload);
    boolean ipv4 = packet[0] >>> 4 == 4;
    packet[ipv4 ? 9 : 6] = 6;
    ByteBuffer.wrap(packet)
        .position(ipv4 ? 20 : 40)
        .putShort((short) sourcePort)
        .putShort((short) targetPort);
    return packet;
  }

  /** The source address of an IPv4 packet. */
  static String source(byte[] packet) {
    return address(packet, 12);
  }

  /** The target address of an IPv4 packet. */
  static String target(byte[] packet) {
    return address(packet, 16);
  }

  private static String address(byte[] packet, int offset) {
    return IntStream.range(offset, offset + 4)
        .mapToObj(i -> Integer.toString(packet[i] & 0xff))
        .collect(Collectors.joining("."));
  }

  static String payload(byte[] packet) {
    int header = packet[0] >>> 4 == 4 ? 20 : 40;
    return new String(packet, header, packet.length - header, StandardCharsets.UTF_8);
  }
}
