package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/16, 10.200.0.1, 65534",
    "10.0.0.4/30, 10.0.0.5, 2",
    "10.0.0.4/31, 10.0.0.4, 2",
    "10.0.0.4/32, 10.0.0.4, 1",
    "255.255.255.0/24, 255.255.255.1, 254",
    "fd00::/126, fd00::1, 3",
    "fd00::/127, fd00::, 2",
    "fd00::9/128, fd00::9, 1",
  })
  void knowsItsFirstHostAndItsRoom(String network, String first, int hosts) {
    HostRange range = HostRange.of(Cidr.parse(network));
    assertEquals(first, IpText.format(range.firstHost()));
    assertEquals(hosts, range.hosts().intValueExact());
    assertDoesNotThrow(() -> range.requireHost(range.firstHost()));
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
    HostRange range = HostRange.of(Cidr.parse("10.200.0.0/16"));
    var refusal =
        assertThrows(
            IllegalArgumentException.class, () -> range.requireHost(IpText.parse(address)));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void lastIpv6AddressIsAnOrdinaryOne() {
    Cidr network = Cidr.parse("fd00::/120");
    assertDoesNotThrow(() -> HostRange.of(network).requireHost(network.lastAddress()));
  }
}
