package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"0.0.0.0/0", "10.200.0.0/16", "10.0.0.4/31", "10.0.0.4/32", "::/0", "fd00::/127"})
  void readsWhatItWrites(String text) {
    assertEquals(text, Cidr.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "10.200.0.0/33 | CIDR '10.200.0.0/33': the prefix length is not in 0..32",
        "fd00::/129 | CIDR 'fd00::/129': the prefix length is not in 0..128",
        "10.200.0.5/16 | CIDR '10.200.0.5/16' has host bits set: the network is 10.200.0.0/16",
        "fd00::1/64 | CIDR 'fd00::1/64' has host bits set: the network is fd00::/64",
        "10.200.0.0 | CIDR '10.200.0.0' has no prefix length: write it as ADDRESS/LENGTH",
        "10.200.0.0/ | CIDR '10.200.0.0/': the prefix length '' is not a number",
        "10.200.0.0/-1 | CIDR '10.200.0.0/-1': the prefix length '-1' is not a number",
        "10.200.0.0/+8 | CIDR '10.200.0.0/+8': the prefix length '+8' is not a number",
        "10.200.0.0/16/2 | CIDR '10.200.0.0/16/2': the prefix length '16/2' is not a number",
        "10.200/16 | CIDR '10.200/16': '10.200' is not an IP address",
        "overlay/16 | CIDR 'overlay/16': 'overlay' is not an IP address",
      })
  void refusalNamesTextAndRule(String text, String message) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void clearsHostBitsOnlyWhereAsked() {
    assertEquals(Cidr.parse("10.200.0.0/16"), Cidr.parseEnclosing("10.200.3.7/16"));
    assertEquals(Cidr.parse("fd00:200::/48"), Cidr.parseEnclosing("fd00:200::1/48"));
    assertThrows(IllegalArgumentException.class, () -> Cidr.parseEnclosing("10.200.0.0/33"));
  }

  @Test
  void containsAddressesOfItsPrefixAndFamily() {
    Cidr cidr = Cidr.parse("10.128.0.0/9");
    assertTrue(cidr.contains(IpLiteral.parse("10.255.255.255")));
    assertFalse(cidr.contains(IpLiteral.parse("10.127.255.255")));
    assertFalse(cidr.contains(IpLiteral.parse("fd00::1")));
    assertTrue(cidr.contains(Cidr.parse("10.200.0.0/16")));
    assertFalse(cidr.contains(Cidr.parse("10.0.0.0/8")));
    assertTrue(cidr.overlaps(Cidr.parse("10.0.0.0/8")));
    assertFalse(cidr.overlaps(Cidr.parse("10.0.0.0/9")));
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/16, 10.200.0.1, 10.200.255.255, 65534",
    "10.0.0.4/30, 10.0.0.5, 10.0.0.7, 2",
    "10.0.0.4/31, 10.0.0.4, 10.0.0.5, 2",
    "10.0.0.4/32, 10.0.0.4, 10.0.0.4, 1",
    "255.255.255.0/24, 255.255.255.1, 255.255.255.255, 254",
    "fd00::/126, fd00::1, fd00::3, 3",
    "fd00::/127, fd00::, fd00::1, 2",
    "fd00::9/128, fd00::9, fd00::9, 1",
  })
  void knowsItsFirstHostItsEndAndItsRoom(String cidr, String first, String last, int hosts) {
    Cidr network = Cidr.parse(cidr);
    assertEquals(first, IpLiteral.format(network.firstHost()));
    assertEquals(last, IpLiteral.format(network.broadcastAddress()));
    assertEquals(hosts, network.hosts().intValueExact());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.201.0.1 | 10.201.0.1 is outside of 10.200.0.0/16",
        "fd00::1 | fd00::1 is outside of 10.200.0.0/16",
        "10.200.0.0 | 10.200.0.0 is the network address of 10.200.0.0/16",
        "10.200.255.255 | 10.200.255.255 is the broadcast address of 10.200.0.0/16",
      })
  void saysWhyNoNodeMayHoldAnAddress(String address, String message) {
    Cidr cidr = Cidr.parse("10.200.0.0/16");
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> cidr.requireHost(IpLiteral.parse(address)));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void lastIpv6AddressIsAnOrdinaryOne() {
    Cidr cidr = Cidr.parse("fd00::/120");
    assertDoesNotThrow(() -> cidr.requireHost(cidr.broadcastAddress()));
  }
}
