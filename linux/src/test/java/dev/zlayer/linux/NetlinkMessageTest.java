package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.nio.BufferOverflowException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void encodesAsNetlinkManPageDescribes() {
    // netlink(7), rtnetlink(7): nlmsghdr, rtattr aligned to 4 bytes, native order
    NetlinkRequest request =
        new NetlinkRequest(20, 0x400).u8(2).u8(24).u16(0).u32(5).attribute(2, new byte[] {9});
    assertEquals(
        "20000000"
            + "1400"
            + "0504"
            + "07000000"
            + "00000000"
            + "02180000"
            + "05000000"
            + "0500"
            + "0200"
            + "09000000",
        HEX.formatHex(request.encode(7)));
  }

  @Test
  void readsWhatItEncodes() {
    byte[] address = {10, 0, 0, 1};
    byte[] bytes =
        new NetlinkRequest(20, 0).u32(0).u32(5).attribute(2, address).attribute(4, 99).encode(3);
    List<NetlinkMessage> messages = NetlinkMessage.parse(bytes);
    assertEquals(1, messages.size());
    NetlinkMessage message = messages.getFirst();
    assertEquals(20, message.type());
    assertEquals(3, message.sequence());
    assertEquals(5, message.u32(4));
    assertEquals(Optional.of(InetAddress.ofLiteral("10.0.0.1")), message.address(8, 2));
    assertEquals(OptionalInt.of(99), message.number(8, 4));
    assertEquals(OptionalInt.empty(), message.number(8, 5));
  }

  @Test
  void refusesLengthsThatLeadOutOfTheDatagram() {
    for (String length : List.of("00000000", "0f000000", "11000000", "ffffffff")) {
      byte[] datagram = HEX.parseHex(length + "000000000000000000000000");
      assertThrows(IllegalStateException.class, () -> NetlinkMessage.parse(datagram));
    }
    assertThrows(IllegalStateException.class, () -> NetlinkMessage.parse(new byte[5]));
    byte[] attribute = HEX.parseHex("14000000" + "000000000000000000000000" + "0900" + "0100");
    NetlinkMessage message = NetlinkMessage.parse(attribute).getFirst();
    assertThrows(IllegalStateException.class, () -> message.number(0, 1));
  }

  @Test
  void boundsARequest() {
    NetlinkRequest request = new NetlinkRequest(20, 0);
    assertThrows(
        BufferOverflowException.class,
        () -> request.attribute(1, new byte[NetlinkRequest.MAX_BYTES]));
  }
}
