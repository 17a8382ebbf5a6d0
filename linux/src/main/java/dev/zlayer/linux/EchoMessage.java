package dev.zlayer.linux;

import java.nio.ByteBuffer;

/**
 * An echo request and how to know its reply: RFC 792 for ICMP, RFC 4443 section 4 for ICMPv6, which
 * share the layout of type, code, checksum, identifier, sequence number and data.
 */
final class EchoMessage {
  static final int HEADER_BYTES = 8;

  private static final int ICMP_REQUEST = 8;
  private static final int ICMP_REPLY = 0;
  private static final int ICMPV6_REQUEST = 128;
  private static final int ICMPV6_REPLY = 129;
  private static final int CHECKSUM = 2;

  private final boolean ipv6;
  private final int identifier;
  private final int sequence;
  private final byte[] payload;

  EchoMessage(boolean ipv6, int identifier, int sequence, byte[] payload) {
    this.ipv6 = ipv6;
    this.identifier = identifier;
    this.sequence = sequence;
    this.payload = payload;
  }

  /** The request's bytes; ICMPv6 leaves the checksum, which covers the addresses, to the kernel. */
  byte[] request() {
    byte[] bytes = encode(ipv6 ? ICMPV6_REQUEST : ICMP_REQUEST);
    if (!ipv6) {
      ByteBuffer.wrap(bytes).putShort(CHECKSUM, (short) InternetChecksum.of(bytes));
    }
    return bytes;
  }

  /**
   * Whether {@code packet}, as a raw socket gives it, is this request's reply: for IPv4 with the IP
   * header in front, for IPv6 without.
   */
  boolean isAnsweredBy(byte[] packet) {
    int start = ipv6 || packet.length == 0 ? 0 : (packet[0] & 0x0f) * Integer.BYTES;
    byte[] reply = encode(ipv6 ? ICMPV6_REPLY : ICMP_REPLY);
    if (packet.length - start != reply.length) {
      return false;
    }
    // The kernel has checked the checksum.
    ByteBuffer.wrap(reply).putShort(CHECKSUM, ByteBuffer.wrap(packet).getShort(start + CHECKSUM));
    return ByteBuffer.wrap(reply).equals(ByteBuffer.wrap(packet, start, reply.length));
  }

  private byte[] encode(int type) {
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .put((byte) type)
        .put((byte) 0)
        .putShort((short) 0)
        .putShort((short) identifier)
        .putShort((short) sequence)
        .put(payload)
        .array();
  }
}
