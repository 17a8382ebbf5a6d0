package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.Endpoint;
import org.junit.jupiter.api.Test;

class HandshakeLimiterTest {
  private static final long MILLISECOND = 1_000_000;

  private final HandshakeLimiter limiter = new HandshakeLimiter();
  private final Endpoint source = Endpoint.parse("192.0.2.1:1000");

  @Test
  void admitsFiveAtOnceAndThenOneEveryFiftyMilliseconds() {
    for (int i = 0; i < 5; i++) {
      assertTrue(limiter.admit(source, 0));
    }
    assertFalse(limiter.admit(source, 0));
    assertFalse(limiter.admit(source, 49 * MILLISECOND));
    assertTrue(limiter.admit(source, 50 * MILLISECOND));
    assertFalse(limiter.admit(source, 51 * MILLISECOND));
    assertTrue(limiter.admit(source, 100 * MILLISECOND));
  }

  @Test
  void savesUpNoMoreThanFive() {
    int admitted = 0;
    while (limiter.admit(source, 1_000_000 * MILLISECOND)) {
      admitted++;
    }
    assertEquals(5, admitted);
  }

  @Test
  void countsAllPortsOfAnAddressTogether() {
    int admitted = 0;
    for (int port = 1; port <= 100; port++) {
      admitted += limiter.admit(Endpoint.parse("192.0.2.1:" + port), 0) ? 1 : 0;
    }
    assertEquals(5, admitted);
    assertTrue(limiter.admit(Endpoint.parse("192.0.2.2:1"), 0));
  }

  @Test
  void countsAnIpv6NetworkTogether() {
    int admitted = 0;
    for (int host = 1; host <= 100; host++) {
      admitted += limiter.admit(Endpoint.parse("[2001:db8::" + host + "]:1"), 0) ? 1 : 0;
    }
    assertEquals(5, admitted);
    assertTrue(limiter.admit(Endpoint.parse("[2001:db8:0:1::1]:1"), 0));
  }

  @Test
  void isBoundedAndForgetsWhoHasRefilled() {
    for (int i = 0; i < HandshakeLimiter.MAX_SOURCES; i++) {
      assertTrue(limiter.admit(new Endpoint(i, 0, 0, 1), 0));
    }
    assertFalse(limiter.admit(source, 0));
    assertEquals(HandshakeLimiter.MAX_SOURCES, limiter.sources());
    assertTrue(limiter.admit(source, 50 * MILLISECOND));
    assertEquals(1, limiter.sources());
  }
}
