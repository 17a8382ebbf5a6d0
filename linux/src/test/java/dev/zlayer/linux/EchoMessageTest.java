package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EchoMessageTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String IPV4_HEADER = "4500001c0000000040013cdf7f0000017f000001";

  private final EchoMessage ipv4 = new EchoMessage(false, 0x1234, 7, HEX.parseHex("cafe"));
  private final EchoMessage ipv6 = new EchoMessage(true, 0x1234, 7, HEX.parseHex("cafe"));

  @Test
  void sumsLikeTheExampleOfRfc1071() {
    // RFC 1071, section 3: the sum is ddf2, the checksum its complement.
    assertEquals(0x220d, InternetChecksum.of(HEX.parseHex("0001f203f4f5f6f7")));
    assertEquals(0xfeff, InternetChecksum.of(HEX.parseHex("01")));
  }

  @Test
  void writesARequestWhoseChecksumAddsUp() {
    byte[] request = ipv4.request();
    assertEquals("0800", HEX.formatHex(request, 0, 2));
    assertEquals("12340007cafe", HEX.formatHex(request, 4, request.length));
    assertEquals(0, InternetChecksum.of(request));
  }

  @Test
  void leavesTheIcmpv6ChecksumToTheKernel() {
    assertEquals("8000000012340007cafe", HEX.formatHex(ipv6.request()));
  }

  @Test
  void knowsItsReply() {
    assertTrue(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0000abcd12340007cafe")));
    assertTrue(ipv6.isAnsweredBy(HEX.parseHex("8100abcd12340007cafe")));
  }

  @Test
  void skipsIpv4Options() {
    String header = "46" + IPV4_HEADER.substring(2) + "01010100";
    assertTrue(ipv4.isAnsweredBy(HEX.parseHex(header + "0000abcd12340007cafe")));
  }

  @Test
  void refusesOtherReplies() {
    assertFalse(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0800abcd12340007cafe")), "request");
    assertFalse(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0000abcd12350007cafe")), "id");
    assertFalse(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0000abcd12340008cafe")), "sequence");
    assertFalse(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0000abcd12340007caff")), "payload");
    assertFalse(ipv4.isAnsweredBy(HEX.parseHex(IPV4_HEADER + "0000abcd12340007ca")), "short");
    assertFalse(ipv4.isAnsweredBy(new byte[0]), "empty");
    assertFalse(ipv6.isAnsweredBy(new byte[3]), "cut");
  }
}
