package dev.zlayer.overlay.ipam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
  /** The examples of RFC 5952, sections 4.1 to 4.3, and a few of IPv4. */
  @ParameterizedTest
  @CsvSource({
    "10.200.0.1, 10.200.0.1",
    "255.255.255.255, 255.255.255.255",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::AAAA, 2001:db8::aaaa",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "fd00:200:0:0:0:0:0:0, fd00:200::",
  })
  void writesTheCanonicalForm(String text, String canonical) {
    assertEquals(canonical, IpLiteral.format(IpLiteral.parse(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.1",
        "167772161",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.1 ",
        "example.org",
        "[::1]",
        "fe80::1%1",
        "::ffff:10.0.0.1",
        "1::2::3",
        "1:2:3:4:5:6:7:8:9"
      })
  void refusesWhatIsNotOneAddressInOneSpelling(String text) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> IpLiteral.parse(text));
    assertEquals("'" + text + "' is not an IP address", refusal.getMessage());
  }
}
