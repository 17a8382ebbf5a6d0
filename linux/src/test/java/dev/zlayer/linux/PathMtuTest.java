package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.Endpoint;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PathMtuTest {
  /** The ways to all of these, asked for one after another. */
  private static List<OptionalInt> to(String... places) {
    try (PathMtu ways = PathMtu.open()) {
      return Stream.of(places).map(Endpoint::parse).map(ways::to).toList();
    }
  }

  /** Loopback's MTU is 65536, and IPv4 packets have 65535 bytes at most. */
  @Test
  void isThatOfTheLinkWhereNothingElseIsKnown() {
    assertEquals(
        List.of(OptionalInt.of(65535), OptionalInt.of(65536)), to("127.0.0.1:9", "[::1]:9"));
  }

  @Test
  void isUnknownWhereNothingCanBeSent() {
    assertEquals(
        List.of(OptionalInt.empty(), OptionalInt.of(65535)),
        to("255.255.255.255:9", "127.0.0.1:9"));
  }

  @Test
  @Tag("root")
  void oneWayHasNoSayInTheNext() throws Exception {
    try (TestNamespace namespace = TestNamespace.create()) {
      namespace.ip("link", "set", "lo", "up");
      namespace.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
      namespace.ip("link", "set", "v0", "up", "mtu", "1400");
      namespace.ip("link", "set", "v1", "up", "mtu", "1300");
      namespace.ip("address", "add", "192.0.2.1/24", "dev", "v0");
      namespace.ip("address", "add", "198.51.100.1/24", "dev", "v1");
      assertEquals(
          List.of(
              OptionalInt.of(65535),
              OptionalInt.of(1400),
              OptionalInt.of(1300),
              OptionalInt.of(1400)),
          namespace.call(() -> to("127.0.0.1:9", "192.0.2.9:9", "198.51.100.9:9", "192.0.2.9:10")));
    }
  }
}
