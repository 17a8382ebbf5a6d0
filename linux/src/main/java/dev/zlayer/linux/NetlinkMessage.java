package dev.zlayer.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A netlink message from the kernel. A message that lies about its length is our misreading. */
final class NetlinkMessage {
  private static final int HEADER_BYTES = 16;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;
  // The upper two bits of an attribute's type are flags.
  private static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

  private final int type;
  private final int flags;
  private final int sequence;
  private final ByteBuffer body;

  private NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
    this.type = type;
    this.flags = flags;
    this.sequence = sequence;
    this.body = body;
  }

  /**
   * The messages of one datagram.
   *
   * @throws IllegalStateException when their lengths don't add up
   */
  static List<NetlinkMessage> parse(byte[] datagram) {
    ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
    List<NetlinkMessage> messages = new ArrayList<>();
    for (int start = 0; start < bytes.limit(); ) {
      int length = bytes.limit() - start < HEADER_BYTES ? 0 : bytes.getInt(start);
      requireLength(length, HEADER_BYTES, bytes.limit() - start);
      messages.add(
          new NetlinkMessage(
              bytes.getShort(start + 4),
              bytes.getShort(start + 6),
              bytes.getInt(start + 8),
              slice(bytes, start + HEADER_BYTES, length - HEADER_BYTES)));
      start += aligned(length);
    }
    return messages;
  }

  int type() {
    return type;
  }

  int flags() {
    return flags;
  }

  int sequence() {
    return sequence;
  }

  /** A byte of the fixed part, 0 to 255. */
  int u8(int offset) {
    return body.get(offset) & 0xff;
  }

  int u32(int offset) {
    return body.getInt(offset);
  }

  /** The 32-bit number in attribute {@code type}, which stands behind {@code fixedBytes} bytes. */
  OptionalInt number(int fixedBytes, int type) {
    Optional<ByteBuffer> value = attribute(fixedBytes, type);
    return value.isPresent() ? OptionalInt.of(value.get().getInt(0)) : OptionalInt.empty();
  }

  /** The IP address in attribute {@code type}, which stands behind {@code fixedBytes} bytes. */
  Optional<InetAddress> address(int fixedBytes, int type) {
    return attribute(fixedBytes, type).map(NetlinkMessage::toAddress);
  }

  private Optional<ByteBuffer> attribute(int fixedBytes, int wanted) {
    for (int start = fixedBytes; start + ATTRIBUTE_HEADER_BYTES <= body.limit(); ) {
      int length = body.getShort(start) & 0xffff;
      requireLength(length, ATTRIBUTE_HEADER_BYTES, body.limit() - start);
      if ((body.getShort(start + 2) & ATTRIBUTE_TYPE_MASK) == wanted) {
        return Optional.of(
            slice(body, start + ATTRIBUTE_HEADER_BYTES, length - ATTRIBUTE_HEADER_BYTES));
      }
      start += aligned(length);
    }
    return Optional.empty();
  }

  private static InetAddress toAddress(ByteBuffer value) {
    try {
      byte[] bytes = new byte[value.remaining()];
      value.get(0, bytes);
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("netlink: an address of " + value.remaining() + " bytes", e);
    }
  }

  private static ByteBuffer slice(ByteBuffer bytes, int start, int length) {
    return bytes.slice(start, length).order(ByteOrder.nativeOrder());
  }

  private static void requireLength(int length, int min, int max) {
    if (length < min || length > max) {
      throw new IllegalStateException(
          "netlink: length " + length + " is not in " + min + ".." + max);
    }
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
