package dev.zlayer.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  /** The examples of RFC 5952, section 4, and our own networks. */
  @ParameterizedTest
  @CsvSource({
    "10.200.0.1, 10.200.0.1",
    "255.255.255.255, 255.255.255.255",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::A, 2001:db8::a",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "fd00:200:0:0:0:0:0:0, fd00:200::",
  })
  void writesTheCanonicalForm(String text, String canonical) {
    assertEquals(canonical, IpText.format(IpText.parse(text)));
    assertEquals(IpText.parse(text), IpText.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.200",
        "1.2.3",
        "1.2.3.4.5",
        "167772161",
        "256.1.1.1",
        "01.2.3.4",
        "10.0.0.1 ",
        "10.0.0.1%1",
        "host",
        "example.org",
        "::g",
        "1:2",
        "1::2::3",
        "1:2:3:4:5:6:7:8:9",
        "[::1]",
        "fe80::1%1",
        "::ffff:10.0.0.1",
        "::ffff:a00:1",
      })
  void refusesWhatTheJdkWouldGuessAt(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> IpText.parse(text));
    assertEquals("'" + text + "' is not an IP address", refusal.getMessage());
  }

  @Test
  void readsAZoneWhereAskedAndNeverWritesIt() {
    Inet6Address address = assertInstanceOf(Inet6Address.class, IpText.parseZoned("fe80::1%7"));
    assertEquals(7, address.getScopeId());
    assertEquals("fe80::1", IpText.format(address));
    assertEquals(IpText.parse("10.200.0.1"), IpText.parseZoned("10.200.0.1"));
    assertEquals(IpText.parse("fd00::1"), IpText.parseZoned("fd00::1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1%1", "fe80::1%", "fe80::1%absent", "%1", "::ffff:10.0.0.1%1"})
  void refusesAZoneOfNothing(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> IpText.parseZoned(text));
    assertEquals("'" + text + "' is not an IP address", refusal.getMessage());
  }

  @Test
  void writesMappedAddressesAsIpv6() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    assertEquals("::ffff:a00:1", IpText.format(Inet6Address.getByAddress(null, mapped, -1)));
  }
}
