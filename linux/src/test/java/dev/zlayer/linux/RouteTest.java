package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  @ParameterizedTest
  @CsvSource({"10.200.0.0, 16", "10.200.0.1, 32", "0.0.0.0, 0", "::, 0", "fd00:200::, 48"})
  void acceptsNetworks(String network, int prefixLength) {
    InetAddress address = InetAddress.ofLiteral(network);
    assertEquals(
        address.getHostAddress() + "/" + prefixLength, new Route(address, prefixLength).toString());
  }

  @ParameterizedTest
  @CsvSource({"10.200.0.1, 16", "10.200.0.0, 33", "10.200.0.0, -1", "fd00::1, 127", "::, 129"})
  void refusesHostBitsAndImpossiblePrefixes(String network, int prefixLength) {
    InetAddress address = InetAddress.ofLiteral(network);
    assertThrows(IllegalArgumentException.class, () -> new Route(address, prefixLength));
  }

  @Test
  void letsAnAddressHaveHostBits() {
    assertEquals("10.0.0.7/8", new LinkAddress(InetAddress.ofLiteral("10.0.0.7"), 8).toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> new LinkAddress(InetAddress.ofLiteral("10.0.0.7"), 33));
  }
}
