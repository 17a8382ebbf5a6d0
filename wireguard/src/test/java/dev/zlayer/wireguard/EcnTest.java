package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.EcnField;
import dev.zlayer.memory.PacketBuffer;
import java.lang.foreign.Arena;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of RFC 6040, figure 4; 0 is Not-ECT, 1 ECT(1), 2 ECT(0), 3 CE. */
class EcnTest {
  private static final int DSCP = 0x2e;

  @ParameterizedTest(name = "inside {0}, outside {1}: {2}")
  @CsvSource({
    "0, 0, 0", "0, 2, 0", "0, 1, 0", "0, 3, drop",
    "2, 0, 2", "2, 2, 2", "2, 1, 1", "2, 3, 3",
    "1, 0, 1", "1, 2, 1", "1, 1, 1", "1, 3, 3",
    "3, 0, 3", "3, 2, 3", "3, 1, 3", "3, 3, 3",
  })
  void decapsulatesByTheTable(int inner, int outer, String expected) {
    check(ipv4(inner), outer, expected, EcnTest::ipv4);
    check(ipv6(inner), outer, expected, EcnTest::ipv6);
  }

  private interface Made {
    byte[] with(int mark);
  }

  private static void check(byte[] bytes, int outer, String expected, Made made) {
    PacketBuffer packet = PacketBuffer.allocate(Arena.ofAuto(), 128);
    packet.copyFrom(bytes);
    packet.ecn(outer);
    boolean kept = Ecn.decapsulate(packet);
    assertEquals(!expected.equals("drop"), kept);
    if (kept) {
      int mark = Integer.parseInt(expected);
      assertEquals(mark, EcnField.of(packet));
      assertEquals(
          HexFormat.of().formatHex(made.with(mark)),
          HexFormat.of().formatHex(packet.toByteArray()));
    }
  }

  private static byte[] ipv4(int mark) {
    byte[] packet = Packets.packet("10.0.0.1", "10.0.0.2", "marked");
    packet[1] = (byte) ((DSCP << 2) | mark);
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += ((packet[i] & 0xff) << 8) | (packet[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    packet[10] = (byte) (~sum >>> 8);
    packet[11] = (byte) ~sum;
    return packet;
  }

  private static byte[] ipv6(int mark) {
    byte[] packet = Packets.packet("fd00::1", "fd00::2", "marked");
    int trafficClass = (DSCP << 2) | mark;
    packet[0] |= (byte) (trafficClass >>> 4);
    packet[1] = (byte) ((trafficClass << 4) | 0x0f);
    return packet;
  }
}
