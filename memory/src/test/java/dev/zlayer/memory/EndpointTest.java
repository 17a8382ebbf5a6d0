package dev.zlayer.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:51820",
        "[2001:db8::1]:1",
        "[::1]:65535",
        "0.0.0.0:9",
        "[fe80::1%7]:51820"
      })
  void parsesWhatItPrints(String text) {
    assertEquals(text, Endpoint.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1", "192.0.2.1:", ":51820", "192.0.2:51820", "2001:db8::1:51820", "[192.0.2.1]:1",
        "example.org:51820", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+5", "192.0.2.1:x", "",
        "192.0.2.1%1:5", "[fe80::1%]:5", "[fe80::1%absent]:5", "[::ffff:192.0.2.1]:5"
      })
  void namesTheTextThatIsNoEndpoint(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(text));
    assertTrue(refusal.getMessage().startsWith("endpoint '" + text + "'"), refusal.getMessage());
  }

  @Test
  void asksForTheIndexOfAnInterfaceByItsName() {
    assertEquals("[fe80::1%5]:7", Endpoint.parse("[fe80::1%wlan0]:7", String::length).toString());
    assertEquals("[fe80::1%9]:7", Endpoint.parse("[fe80::1%9]:7", String::length).toString());
    assertThrows(
        IllegalArgumentException.class, () -> Endpoint.parse("[fe80::1%wlan0]:7", name -> 0));
  }

  @Test
  void keepsIpv4InItsMappedForm() throws Exception {
    Endpoint endpoint = Endpoint.of(InetAddress.ofLiteral("192.0.2.1"), 7);
    assertTrue(endpoint.isIpv4());
    assertEquals(0xffff_c000_0201L, endpoint.low());
    assertEquals(InetAddress.ofLiteral("192.0.2.1"), endpoint.address());
    assertFalse(Endpoint.parse("[::2]:7").isIpv4());
  }
}
