package dev.zlayer.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.memory.IpText;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.5:51820, 203.0.113.5:51820",
    "[2001:DB8:0::5]:1, [2001:db8::5]:1",
    "VPN.example.org:65535, vpn.example.org:65535",
    "leader:51820, leader:51820",
    "my_host.4.internal:9, my_host.4.internal:9",
  })
  void readsHostsAndAddresses(String text, String canonical) {
    assertEquals(canonical, HostPort.parse(text).toString());
    assertEquals(HostPort.parse(text), HostPort.parse(canonical));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.5 | endpoint '203.0.113.5' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT",
        ":51820 | endpoint ':51820' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT",
        "fd00::1:51820 | endpoint 'fd00::1:51820' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT",
        "[a]:1 | endpoint '[a]:1' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT",
        "a:0 | endpoint 'a:0': port 0 is not in 1..65535",
        "a:70000 | endpoint 'a:70000': port 70000 is not in 1..65535",
        "a:x | endpoint 'a:x': port 'x' is not a number",
        "a:-1 | endpoint 'a:-1': port '-1' is not a number",
        "10.0.0.300:1 | endpoint '10.0.0.300:1': host '10.0.0.300' is neither a host name nor an"
            + " IP address",
        "-a:1 | endpoint '-a:1': host '-a' is neither a host name nor an IP address",
        "a b:1 | endpoint 'a b:1': host 'a b' is neither a host name nor an IP address",
      })
  void refusalNamesTextAndRule(String text, String message) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    assertEquals(message, refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a..b:1", "a.:1", ".:1"})
  void refusesEmptyLabels(String text) {
    assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
  }

  @Test
  void knowsAnAddressFromAName() {
    assertEquals(
        Optional.of(IpText.parse("2001:db8::5")), HostPort.parse("[2001:db8::5]:1").address());
    assertEquals(Optional.empty(), HostPort.parse("vpn.example.org:1").address());
  }
}
