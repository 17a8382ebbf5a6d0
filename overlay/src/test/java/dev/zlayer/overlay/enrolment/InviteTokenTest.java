package dev.zlayer.overlay.enrolment;

import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.SampleKeys;
import dev.zlayer.wireguard.Cidr;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InviteTokenTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private static InviteToken token(
      String cidr, Optional<Cidr> cidrV6, String leader, String own, String... endpoints) {
    return new InviteToken(
        Cidr.parse(cidr),
        cidrV6,
        publicKey(1),
        IpText.parse(leader),
        Stream.of(endpoints).map(HostPort::parse).toList(),
        PrivateKey.parse(SampleKeys.key(2)),
        presharedKey(3),
        IpText.parse(own),
        Instant.parse("2026-06-01T12:00:00Z"));
  }

  private static InviteToken ipv4() {
    return token("10.200.0.0/16", Optional.empty(), "10.200.0.1", "10.200.0.9", "192.0.2.1:51820");
  }

  static Stream<InviteToken> tokens() {
    return Stream.of(
        ipv4(),
        token("fd00:200::/48", Optional.empty(), "fd00:200::1", "fd00:200::9", "[2001:db8::1]:1"),
        token(
            "10.200.0.0/16",
            Optional.of(Cidr.parse("fd00:200::/48")),
            "10.200.0.1",
            "10.200.0.9",
            "vpn.example.org:51820",
            "192.0.2.1:51820",
            "[2001:db8::1]:51820"));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void comesBackFromOneLineThatAShellTakesAsItIs(InviteToken token) {
    String text = token.encode();
    assertTrue(text.matches("zlt1_[A-Za-z0-9_-]+"), text);
    assertEquals(token, InviteToken.parse(text));
    assertEquals(token, InviteToken.parse("  " + text + "\n"));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aTokenThatIsCutAnywhereIsRecognisedAsCut(InviteToken token) {
    String text = token.encode();
    for (int length = InviteToken.PREFIX.length(); length < text.length(); length++) {
      String reason = reason(text.substring(0, length));
      assertTrue(reason.startsWith("the token is cut: "), length + ": " + reason);
    }
  }

  @Test
  void aTokenWithAnyCharacterAlteredIsRefused() {
    String text = ipv4().encode();
    for (int i = InviteToken.PREFIX.length(); i < text.length() - 1; i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      char other = ALPHABET.charAt((digit + 1) % ALPHABET.length());
      String reason = reason(text.substring(0, i) + other + text.substring(i + 1));
      // The first characters are its length.
      assertTrue(
          reason.startsWith("the token is altered: ")
              || (i < InviteToken.PREFIX.length() + 3 && reason.startsWith("the token is ")),
          i + ": " + reason);
    }
  }

  @Test
  void aTokenWithSomethingBehindItIsRefused() {
    assertTrue(reason(ipv4().encode() + "AAAA").contains("too long"));
    assertTrue(reason(ipv4().encode() + "A".repeat(5000)).contains("too long"));
    assertTrue(reason(ipv4().encode() + " --up").contains("altered"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "zlt", "zlt2_AAAA", "join", "wg0.conf"})
  void whatIsNoTokenIsRefused(String text) {
    assertTrue(reason(text).contains("doesn't begin with zlt1_"), reason(text));
  }

  private static String reason(String text) {
    return assertThrows(IllegalArgumentException.class, () -> InviteToken.parse(text)).getMessage();
  }

  @Test
  void refusalsAndToStringKeepTheSecretsToThemselves() {
    InviteToken token = ipv4();
    String text = token.encode();
    String secret = text.substring(80, 120);
    assertFalse(token.toString().contains(token.presharedKey().toBase64()));
    assertFalse(token.toString().contains(token.privateKey().toBase64()));
    assertFalse(reason(text.substring(0, text.length() - 3)).contains(secret));
    assertFalse(reason(text + "!").contains(secret));
  }

  @Test
  void needsAnEndpointAndAddressesOfItsNetwork() {
    assertThrows(
        IllegalArgumentException.class,
        () -> token("10.200.0.0/16", Optional.empty(), "10.200.0.1", "10.200.0.9"));
    assertThrows(
        IllegalArgumentException.class,
        () -> token("10.200.0.0/16", Optional.empty(), "10.201.0.1", "10.200.0.9", "a:1"));
    assertEquals(List.of(HostPort.parse("192.0.2.1:51820")), ipv4().endpoints());
  }
}
