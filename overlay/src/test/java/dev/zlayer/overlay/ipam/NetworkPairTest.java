package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkPairTest {
  private static NetworkPair pair(String ipv4, String ipv6) {
    return new NetworkPair(Cidr.parse(ipv4), Cidr.parse(ipv6));
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/16, fd00:200::/48, 10.200.0.1, fd00:200::1",
    "10.200.0.0/16, fd00:200::/48, 10.200.1.5, fd00:200::105",
    "10.200.0.0/16, fd00:200::/48, 10.200.255.254, fd00:200::fffe",
    "10.0.0.0/8, fd00::7:0:0/104, 10.1.2.3, fd00::7:1:203",
    "192.0.2.128/25, fd00::80/121, 192.0.2.129, fd00::81",
  })
  void aNodeHasTheSamePlaceInBoth(String ipv4, String ipv6, String node, String expected) {
    assertEquals(IpText.parse(expected), pair(ipv4, ipv6).ipv6Of(IpText.parse(node)));
  }

  @ParameterizedTest
  @CsvSource({
    "fd00::/48, fd01::/48, are not an IPv4 and an IPv6 network",
    "10.0.0.0/8, 10.0.0.0/8, are not an IPv4 and an IPv6 network",
    "10.0.0.0/8, fd00::/105, has fewer addresses than 10.0.0.0/8",
    "10.0.0.0/31, fd00::/64, is the network address of fd00::/64",
  })
  void refusesWhatHasNoTwin(String ipv4, String ipv6, String reason) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> pair(ipv4, ipv6)).getMessage();
    assertTrue(message.contains(reason), message);
  }

  @ParameterizedTest
  @CsvSource({"10.201.0.1", "fd00:200::1"})
  void refusesAddressesOfOtherNetworks(String address) {
    NetworkPair pair = pair("10.200.0.0/16", "fd00:200::/48");
    assertThrows(IllegalArgumentException.class, () -> pair.ipv6Of(IpText.parse(address)));
  }
}
