package dev.zlayer.linux;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A netlink message in the making: header, the family's fixed part, attributes. More than {@value
 * #MAX_BYTES} bytes throw {@link BufferOverflowException}.
 */
final class NetlinkRequest {
  static final int MAX_BYTES = 256;

  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_ACK = 4;

  // struct nlmsghdr: u32 length @0, u16 type @4, u16 flags @6, u32 sequence @8, u32 port @12
  private static final int HEADER_BYTES = 16;
  private static final int SEQUENCE = 8;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;

  private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());

  /**
   * A request that the kernel acknowledges.
   *
   * @param flags in addition to those of every request
   */
  NetlinkRequest(int type, int flags) {
    bytes.position(4).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST | NLM_F_ACK));
    bytes.position(HEADER_BYTES);
  }

  /** Adds to the fixed part; so do the next two. */
  NetlinkRequest u8(int value) {
    bytes.put((byte) value);
    return this;
  }

  NetlinkRequest u16(int value) {
    bytes.putShort((short) value);
    return this;
  }

  NetlinkRequest u32(int value) {
    bytes.putInt(value);
    return this;
  }

  /** Adds an attribute that holds a 32-bit number. */
  NetlinkRequest attribute(int type, int value) {
    byte[] number = new byte[Integer.BYTES];
    ByteBuffer.wrap(number).order(ByteOrder.nativeOrder()).putInt(value);
    return attribute(type, number);
  }

  NetlinkRequest attribute(int type, byte[] value) {
    bytes.put(encodedAttribute(type, value));
    return this;
  }

  /** An attribute with its header and padding, to stand inside another one. */
  static byte[] encodedAttribute(int type, byte[] value) {
    int padding = -value.length & 3;
    return ByteBuffer.allocate(ATTRIBUTE_HEADER_BYTES + value.length + padding)
        .order(ByteOrder.nativeOrder())
        .putShort((short) (ATTRIBUTE_HEADER_BYTES + value.length))
        .putShort((short) type)
        .put(value)
        .array();
  }

  /** The message as it stands, numbered {@code sequence}; may be asked for again. */
  byte[] encode(int sequence) {
    bytes.putInt(0, bytes.position()).putInt(SEQUENCE, sequence);
    byte[] message = new byte[bytes.position()];
    bytes.get(0, message);
    return message;
  }
}
