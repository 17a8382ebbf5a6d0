package dev.zlayer.overlay.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.overlay.HostPort;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DnsConfigTest {
  @Test
  void defaultsAreThoseOfTheOriginalAndShortLived() {
    DnsConfig config = DnsConfig.of("Overlay.Local.");
    assertEquals("overlay.local", config.zone());
    assertEquals(15353, config.port());
    assertEquals(Duration.ofSeconds(5), config.ttl());
    assertEquals(Duration.ofSeconds(10), config.negativeTtl());
    assertEquals(Optional.empty(), config.upstreams());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        "-a",
        "a_b",
        "10.in-addr.arpa",
        "arpa",
        "a2345678901234567890.a2345678901234567890.a23456789"
      })
  void refusesZonesThatNoHostNameFitsInto(String zone) {
    assertThrows(IllegalArgumentException.class, () -> DnsConfig.of(zone));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.53, 192.0.2.53:53",
    "192.0.2.53:5353, 192.0.2.53:5353",
    "2001:db8::53, [2001:db8::53]:53",
    "[2001:db8::53]:5353, [2001:db8::53]:5353",
  })
  void upstreamsHaveAPortOrTheUsualOne(String text, String expected) {
    assertEquals(expected, DnsConfig.upstream(text).toString());
  }

  @Test
  void refusesWhatCantBeServed() {
    DnsConfig config = DnsConfig.of("overlay.local");
    assertThrows(IllegalArgumentException.class, () -> config.withPort(0));
    assertThrows(IllegalArgumentException.class, () -> config.withPort(65536));
    assertThrows(IllegalArgumentException.class, () -> config.withTtl(Duration.ofMillis(1)));
    assertThrows(
        IllegalArgumentException.class, () -> config.withNegativeTtl(Duration.ofSeconds(-1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> config.withUpstreams(List.of(HostPort.parse("dns.example.org:53"))));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            config.withUpstreams(
                Stream.generate(() -> HostPort.parse("192.0.2.1:53")).limit(9).toList()));
    assertThrows(
        IllegalArgumentException.class,
        () -> config.withListenAddress(InetAddress.ofLiteral("0.0.0.0")));
    assertThrows(IllegalArgumentException.class, () -> DnsConfig.upstream("example.org"));
    assertThrows(IllegalArgumentException.class, () -> DnsServer.of(config));
  }
}
