package dev.zlayer.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  /** The examples of RFC 5952, section 4, and our own networks. */
  @ParameterizedTest
  @CsvSource({
    "10.200.0.1, 10.200.0.1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::A, 2001:db8::a",
    "::, ::",
    "::1, ::1",
    "fd00:200::, fd00:200::",
  })
  void writesTheCanonicalForm(String text, String canonical) {
    assertEquals(canonical, IpText.format(IpText.parse(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.200", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "::g", "1:2", "host", ""})
  void refusesWhatTheJdkWouldGuessAt(String text) {
    assertThrows(IllegalArgumentException.class, () -> IpText.parse(text));
  }
}
