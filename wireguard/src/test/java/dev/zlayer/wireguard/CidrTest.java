package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import java.math.BigInteger;
import java.net.Inet6Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "10.200.0.0/16",
        "10.0.0.4/31",
        "10.0.0.1/32",
        "::/0",
        "fd00:200::/48",
        "fd00::/127",
        "fd00::9/128"
      })
  void parsesWhatItPrints(String text) {
    assertEquals(text, Cidr.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10.200.0.0/33 | CIDR '10.200.0.0/33': prefix length 33 is not in 0..32",
        "fd00::/129 | CIDR 'fd00::/129': prefix length 129 is not in 0..128",
        "10.200.0.5/16 | CIDR '10.200.0.5/16' has host bits set: the network is 10.200.0.0/16",
        "fd00::1/64 | CIDR 'fd00::1/64' has host bits set: the network is fd00::/64",
        "10.200.0.0 | CIDR '10.200.0.0' has no prefix length: write it as ADDRESS/LENGTH",
        "10.200.0.0/ | CIDR '10.200.0.0/': the prefix length '' is not a number",
        "10.200.0.0/-1 | CIDR '10.200.0.0/-1': the prefix length '-1' is not a number",
        "10.200.0.0/+8 | CIDR '10.200.0.0/+8': the prefix length '+8' is not a number",
        "10.200.0.0/016 | CIDR '10.200.0.0/016': the prefix length '016' is not a number",
        "10.200.0.0/16/2 | CIDR '10.200.0.0/16/2': the prefix length '16/2' is not a number",
        "10.200/16 | CIDR '10.200/16': '10.200' is not an IP address",
        "10.200.0.256/16 | CIDR '10.200.0.256/16': '10.200.0.256' is not an IP address",
        "fe80::%1/64 | CIDR 'fe80::%1/64': 'fe80::%1' is not an IP address",
        "example.org/16 | CIDR 'example.org/16': 'example.org' is not an IP address",
      })
  void refusalNamesTextAndRule(String text, String message) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void clearsHostBitsOnlyWhereAsked() {
    assertEquals(Cidr.parse("10.200.128.0/17"), Cidr.around(IpText.parse("10.200.255.1"), 17));
    assertEquals(Cidr.parse("10.200.0.0/16"), Cidr.parseEnclosing("10.200.3.7/16"));
    assertEquals(Cidr.parse("fd00:200::/48"), Cidr.parseEnclosing("fd00:200::1/48"));
    var refusal =
        assertThrows(IllegalArgumentException.class, () -> Cidr.parseEnclosing("10.200.0.7/33"));
    assertEquals("CIDR '10.200.0.7/33': prefix length 33 is not in 0..32", refusal.getMessage());
  }

  @Test
  void hostIsANetworkOfOneAddress() {
    assertEquals("10.0.0.7/32", Cidr.host(IpText.parse("10.0.0.7")).toString());
    assertEquals("fd00::7/128", Cidr.host(IpText.parse("fd00::7")).toString());
    assertEquals("fe80::7/128", Cidr.host(IpText.parseZoned("fe80::7%1")).toString());
  }

  @Test
  void containsAddressesOfItsPrefixAndFamily() {
    Cidr cidr = Cidr.parse("10.128.0.0/9");
    assertTrue(cidr.contains(IpText.parse("10.255.255.255")));
    assertFalse(cidr.contains(IpText.parse("10.127.255.255")));
    assertFalse(cidr.contains(IpText.parse("11.128.0.0")));
    assertFalse(cidr.contains(IpText.parse("fd00::1")));
  }

  @Test
  void knowsNetworksInsideAndAcross() {
    Cidr cidr = Cidr.parse("10.128.0.0/9");
    assertTrue(cidr.contains(Cidr.parse("10.200.0.0/16")));
    assertTrue(cidr.contains(cidr));
    assertFalse(cidr.contains(Cidr.parse("10.0.0.0/8")));
    assertTrue(cidr.overlaps(Cidr.parse("10.0.0.0/8")));
    assertFalse(cidr.overlaps(Cidr.parse("10.0.0.0/9")));
    assertFalse(Cidr.parse("0.0.0.0/0").overlaps(Cidr.parse("::/0")));
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/16, 10.200.255.255, 65536",
    "10.0.0.4/30, 10.0.0.7, 4",
    "10.0.0.4/32, 10.0.0.4, 1",
    "255.255.255.0/24, 255.255.255.255, 256",
    "0.0.0.0/0, 255.255.255.255, 4294967296",
    "fd00::/126, fd00::3, 4",
    "fd00::9/128, fd00::9, 1",
    "::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 340282366920938463463374607431768211456",
  })
  void countsItsAddressesUpToTheLast(String text, String last, BigInteger size) {
    Cidr cidr = Cidr.parse(text);
    assertEquals(last, IpText.format(cidr.lastAddress()));
    assertEquals(size, cidr.size());
    assertEquals(size.subtract(BigInteger.ONE), cidr.offsetOf(cidr.lastAddress()));
    assertEquals(cidr.network(), cidr.addressAt(BigInteger.ZERO));
    assertThrows(IndexOutOfBoundsException.class, () -> cidr.addressAt(size));
    assertThrows(IndexOutOfBoundsException.class, () -> cidr.addressAt(BigInteger.valueOf(-1)));
  }

  @Test
  void addressOutsideHasNoOffset() {
    Cidr cidr = Cidr.parse("10.200.0.0/16");
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> cidr.offsetOf(IpText.parse("10.201.0.0")));
    assertEquals("10.201.0.0 is outside of 10.200.0.0/16", refusal.getMessage());
  }

  @Test
  void ipv6AddressesStayIpv6InTheMappedRange() {
    BigInteger mapped = BigInteger.valueOf(0xffff_0a00_0001L);
    assertInstanceOf(Inet6Address.class, Cidr.parse("::/0").addressAt(mapped));
  }
}
