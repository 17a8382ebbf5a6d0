package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.Endpoint;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PathMtuTest {
  /** Loopback's MTU is 65536, and IPv4 packets have 65535 bytes at most. */
  @Test
  void isThatOfTheLinkWhereNothingElseIsKnown() {
    assertEquals(OptionalInt.of(65535), PathMtu.to(Endpoint.parse("127.0.0.1:9")));
    assertEquals(OptionalInt.of(65536), PathMtu.to(Endpoint.parse("[::1]:9")));
  }

  @Test
  void isUnknownWhereNothingCanBeSent() {
    assertEquals(OptionalInt.empty(), PathMtu.to(Endpoint.parse("255.255.255.255:9")));
  }
}
