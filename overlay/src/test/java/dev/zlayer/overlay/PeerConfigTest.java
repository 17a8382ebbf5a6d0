package dev.zlayer.overlay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerConfigTest {
  private static final String KEY = SampleKeys.key(1);
  private static final PeerConfig PEER =
      PeerConfig.of("node-1", KEY, "192.0.2.1:51820", IpText.parse("10.200.0.5"));

  @Test
  void startsWithTheDefaults() {
    assertEquals(Duration.ofSeconds(25), PEER.keepalive());
    assertEquals(Optional.of(HostPort.parse("192.0.2.1:51820")), PEER.endpoint());
    assertEquals(Optional.empty(), PEER.hostname());
    assertEquals(Optional.empty(), PEER.presharedKey());
    assertEquals(Optional.empty(), PeerConfig.of("node-1", KEY).endpoint());
  }

  @Test
  void refusesBadNodeIds() {
    for (String id : List.of("", "a b", "ä", "a/b", "x".repeat(64))) {
      assertEquals(
          "node id '" + id + "' is not 1 to 63 letters, digits, '-', '_' or '.'",
          refusal(() -> PeerConfig.of(id, KEY)));
    }
  }

  @Test
  void refusesBadPublicKeys() {
    for (String key :
        List.of("", "abc", KEY.substring(1), KEY + "=", "!" + KEY.substring(1), spareBits(KEY))) {
      assertEquals(
          "a public key is 44 base64 characters that encode 32 bytes, unlike '" + key + "'",
          refusal(() -> PeerConfig.of("node-1", key)));
    }
  }

  @Test
  void refusesBadHostnames() {
    for (String name : List.of("", "-a", "a-", "a..b", "a_b", "a.", "x".repeat(64))) {
      assertTrue(
          refusal(() -> PEER.withHostname(name))
              .startsWith("hostname '" + name + "' is not a DNS name: labels of 1 to 63"));
    }
    assertEquals(Optional.of("web.eu-1"), PEER.withHostname("web.eu-1").hostname());
  }

  @Test
  void refusesKeepalivesThatTheFileCantHold() {
    for (Duration keepalive :
        List.of(Duration.ofSeconds(-1), Duration.ofSeconds(65536), Duration.ofMillis(1500))) {
      assertEquals(
          "keepalive " + keepalive + " is not a whole number of seconds in 0..65535",
          refusal(() -> PEER.withKeepalive(keepalive)));
    }
    assertEquals(Duration.ZERO, PEER.withKeepalive(Duration.ZERO).keepalive());
  }

  @Test
  void neverShowsThePresharedKey() {
    PeerConfig peer = PEER.withPresharedKey(SampleKeys.presharedKey(77));
    assertFalse(peer.toString().contains(SampleKeys.key(77)));
    assertTrue(peer.toString().contains("presharedKey=set"));
  }

  @Test
  void equalPresharedKeysMakeEqualPeers() {
    PeerConfig peer = PEER.withPresharedKey(SampleKeys.presharedKey(77));
    assertEquals(peer, PEER.withPresharedKey(SampleKeys.presharedKey(77)));
    assertNotEquals(peer, PEER.withPresharedKey(SampleKeys.presharedKey(78)));
  }

  private static String refusal(Runnable action) {
    return assertThrows(IllegalArgumentException.class, action::run).getMessage();
  }

  /** The same 32 bytes with the two bits behind them set, which lenient decoders take. */
  private static String spareBits(String key) {
    char last = key.charAt(42);
    return key.substring(0, 42) + (char) (last + 1) + "=";
  }
}
