package dev.zlayer.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.wireguard.Cidr;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
  private static final NodeDescription NODE =
      new NodeDescription(
          false,
          SampleKeys.publicKey(1),
          IpText.parse("10.200.0.5"),
          Cidr.parse("10.200.0.0/16"),
          Optional.of(Cidr.parse("fd00:200::/48")),
          "zl7",
          51820,
          Optional.empty(),
          Path.of("/var/lib/zlayer"));

  @ParameterizedTest
  @CsvSource({
    "loopback, 127.0.0.1, 15380",
    "loopback:9, 127.0.0.1, 9",
    "overlay, 10.200.0.5, 15380",
    "overlay:9, 10.200.0.5, 9",
    "127.0.0.7:9, 127.0.0.7, 9",
    "[::1]:9, ::1, 9",
    "10.200.0.5:9, 10.200.0.5, 9",
    "[fd00:200::5]:65535, fd00:200::5, 65535"
  })
  void isOnLoopbackOrTheNodesOwnAddress(String text, String address, int port) {
    assertEquals(
        new InetSocketAddress(IpText.parse(address), port), WebAddress.parse(text).on(NODE));
    assertEquals(WebAddress.parse(text), WebAddress.parse(WebAddress.parse(text).toString()));
  }

  @Test
  void eachPageMayHaveADefaultPortOfItsOwn() {
    assertEquals(WebAddress.OVERLAY.withPort(7), WebAddress.parse("overlay", 7));
    assertEquals(WebAddress.LOOPBACK.withPort(7), WebAddress.parse("loopback", 7));
    assertEquals(WebAddress.LOOPBACK.withPort(9), WebAddress.parse("loopback:9", 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "anywhere", "web.example:80", "127.0.0.1", "overlay:0", "overlay:65536", ":9"})
  void refusesOtherTexts(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> WebAddress.parse(text));
    assertTrue(refusal.getMessage().startsWith("'" + text + "' is none of"), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9", "[::]:9", "192.0.2.1:9", "10.200.0.6:9", "[fd00:200::6]:9"})
  void refusesAddressesThatStrangersReach(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> WebAddress.parse(text).on(NODE));
    assertTrue(refusal.getMessage().contains("10.200.0.5"), refusal.getMessage());
  }

  @Test
  void refusesPortsThatAreNone() {
    assertThrows(IllegalArgumentException.class, () -> new WebAddress(Optional.empty(), 0));
  }
}
