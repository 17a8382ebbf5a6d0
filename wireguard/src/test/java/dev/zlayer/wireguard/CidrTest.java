package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({"10.200.0.0/16", "0.0.0.0/0", "10.0.0.1/32", "fd00:200::/48", "::/0"})
  void parsesWhatItPrints(String text) {
    assertEquals(text, Cidr.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/33, prefix length 33 is not in 0..32",
    "10.200.0.1/16, has host bits set; the network is 10.200.0.0/16",
    "fd00::1/64, has host bits set",
    "fd00::/129, prefix length 129 is not in 0..128",
    "10.200.0.0, is not of the form ADDRESS/PREFIX",
    "10.200.0.0/, is not of the form ADDRESS/PREFIX",
    "10.200.0/16, is not an IP address",
    "10.200.0.256/16, is not an IP address",
    "example.org/16, is not of the form",
    "10.0.0.0/-1, is not of the form",
  })
  void namesTheTextAndTheRule(String text, String rule) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    assertTrue(refusal.getMessage().contains(text), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(rule), refusal.getMessage());
  }

  @Test
  void containsItsAddressesAndNoOthers() {
    Cidr cidr = Cidr.parse("10.200.0.0/15");
    assertTrue(cidr.contains(InetAddress.ofLiteral("10.201.255.255")));
    assertFalse(cidr.contains(InetAddress.ofLiteral("10.202.0.0")));
    assertFalse(cidr.contains(InetAddress.ofLiteral("::1")));
  }

  @Test
  void masksHostBitsOnRequest() {
    assertEquals(
        Cidr.parse("10.200.128.0/17"), Cidr.around(InetAddress.ofLiteral("10.200.255.1"), 17));
    assertEquals("10.0.0.7/32", Cidr.host(InetAddress.ofLiteral("10.0.0.7")).toString());
  }
}
