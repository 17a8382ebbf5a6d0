package dev.zlayer.linux;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static java.net.StandardProtocolFamily.UNIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("root")
@Timeout(20)
class IcmpSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final InetAddress LOOPBACK4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress LOOPBACK6 = InetAddress.ofLiteral("::1");

  private TestNamespace namespace;
  private IcmpSocket ipv4;
  private IcmpSocket ipv6;

  @BeforeEach
  void open() throws Exception {
    namespace = TestNamespace.create();
    ipv4 = namespace.call(() -> IcmpSocket.open(INET));
    ipv6 = namespace.call(() -> IcmpSocket.open(INET6));
    namespace.ip("link", "set", "lo", "up");
  }

  @AfterEach
  void close() throws Exception {
    ipv4.close();
    ipv6.close();
    namespace.close();
  }

  @Test
  void measuresTheRoundTripOverBothFamilies() throws NativeException {
    for (int i = 0; i < 3; i++) {
      assertPlausible(ipv4.echo(LOOPBACK4, PATIENCE));
      assertPlausible(ipv6.echo(LOOPBACK6, PATIENCE));
    }
  }

  @Test
  void carriesAPayload() throws NativeException {
    byte[] marker = "zlayer demo marker".getBytes(StandardCharsets.UTF_8);
    assertPlausible(ipv4.echo(LOOPBACK4, marker, PATIENCE));
    assertPlausible(ipv6.echo(LOOPBACK6, marker, PATIENCE));
    assertPlausible(ipv4.echo(LOOPBACK4, new byte[IcmpSocket.MAX_PAYLOAD_BYTES], PATIENCE));
  }

  @Test
  void givesUpOnAnAddressThatDoesNotAnswer() throws Exception {
    namespace.ip("link", "add", "d0", "type", "veth", "peer", "name", "d1");
    namespace.ip("address", "add", "10.77.0.1/24", "dev", "d0");
    namespace.ip("link", "set", "d0", "up");
    namespace.ip("link", "set", "d1", "up");
    long start = System.nanoTime();
    Duration timeout = Duration.ofMillis(200);
    assertEquals(Optional.empty(), ipv4.echo(InetAddress.ofLiteral("10.77.0.2"), timeout));
    assertTrue(System.nanoTime() - start >= timeout.toNanos());
  }

  @Test
  void namesAnAddressWithoutRoute() {
    var e =
        assertThrows(
            NativeException.class, () -> ipv4.echo(InetAddress.ofLiteral("192.0.2.1"), PATIENCE));
    assertEquals(
        "echo request to 192.0.2.1: ENETUNREACH (Network is unreachable): there is no route to it",
        e.getMessage());
  }

  @Test
  void refusesWhatItCannotSend() {
    byte[] tooLong = new byte[IcmpSocket.MAX_PAYLOAD_BYTES + 1];
    assertThrows(IllegalArgumentException.class, () -> IcmpSocket.open(UNIX));
    assertThrows(IllegalArgumentException.class, () -> ipv4.echo(LOOPBACK6, PATIENCE));
    assertThrows(IllegalArgumentException.class, () -> ipv6.echo(LOOPBACK4, PATIENCE));
    assertThrows(IllegalArgumentException.class, () -> ipv4.echo(LOOPBACK4, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> ipv4.echo(LOOPBACK4, tooLong, PATIENCE));
  }

  private static void assertPlausible(Optional<Duration> roundTrip) {
    Duration time = roundTrip.orElseThrow();
    assertTrue(time.isPositive() && time.compareTo(PATIENCE) < 0, time::toString);
  }
}
