package dev.zlayer.device;

import static dev.zlayer.device.UapiRefusal.EINVAL;
import static dev.zlayer.device.UapiRefusal.EPROTO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zlayer.crypto.PresharedKey;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.device.UapiChange.AllowedIp;
import dev.zlayer.device.UapiChange.ChangePeer;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.Cidr;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UapiParserTest {
  private static final String ZERO = "0".repeat(64);
  private static final String HEX =
      "e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a";
  private static final PublicKey KEY = PublicKey.parseHex(HEX);

  private static UapiRequest parse(String... lines) throws UapiRefusal {
    UapiParser parser = new UapiParser(name -> name.equals("eth0") ? 7 : 0);
    for (String line : lines) {
      parser.take(line);
    }
    return parser.finish();
  }

  private static List<UapiChange> changes(String... lines) throws UapiRefusal {
    UapiParser parser = new UapiParser(name -> name.equals("eth0") ? 7 : 0);
    parser.take("set=1");
    for (String line : lines) {
      parser.take(line);
    }
    return ((UapiRequest.Set) parser.finish()).changes();
  }

  private static ChangePeer peer(String... lines) throws UapiRefusal {
    String[] section = new String[lines.length + 1];
    section[0] = "public_key=" + HEX;
    System.arraycopy(lines, 0, section, 1, lines.length);
    return (ChangePeer) changes(section).getFirst();
  }

  private static UapiRefusal refusal(String... lines) {
    return assertThrows(UapiRefusal.class, () -> parse(lines));
  }

  @Test
  void understandsGet() throws Exception {
    assertEquals(new UapiRequest.Get(), parse("get=1"));
  }

  @Test
  void understandsEveryKeyOfTheDeviceInItsOrder() throws Exception {
    assertEquals(
        List.of(
            new UapiChange.OwnKey(Optional.of(PrivateKey.parseHex(HEX))),
            new UapiChange.ListenPort(51820),
            new UapiChange.FwMark(0xffff_ffff),
            new UapiChange.RemoveAllPeers()),
        changes(
            "private_key=" + HEX, "listen_port=51820", "fwmark=4294967295", "replace_peers=true"));
    assertEquals(
        List.of(
            new UapiChange.OwnKey(Optional.empty()),
            new UapiChange.ListenPort(0),
            new UapiChange.FwMark(0)),
        changes("private_key=" + ZERO, "listen_port=0", "fwmark=0"));
  }

  @Test
  void understandsEveryKeyOfAPeer() throws Exception {
    assertEquals(
        new ChangePeer(
            KEY,
            true,
            Optional.of(PresharedKey.parseHex(HEX)),
            Optional.of(Endpoint.parse("[2001:db8::1]:51820")),
            OptionalInt.of(65535),
            true,
            List.of(
                new AllowedIp(Cidr.parse("10.0.0.0/24"), false),
                new AllowedIp(Cidr.parse("fd00::/64"), false),
                new AllowedIp(Cidr.parse("10.1.0.0/16"), true))),
        peer(
            "protocol_version=1",
            "update_only=true",
            "preshared_key=" + HEX.toUpperCase(java.util.Locale.ROOT),
            "endpoint=[2001:db8::1]:51820",
            "persistent_keepalive_interval=65535",
            "replace_allowed_ips=true",
            "allowed_ip=10.0.0.7/24",
            "allowed_ip=fd00::/64",
            "allowed_ip=-10.1.0.0/16"));
  }

  @Test
  void takesAnEndpointBesideAnInterface() throws Exception {
    assertEquals(
        Optional.of(Endpoint.parse("[fe80::1%7]:51820")),
        peer("endpoint=[fe80::1%eth0]:51820").endpoint());
    assertEquals(
        EINVAL, refusal("set=1", "public_key=" + HEX, "endpoint=[fe80::1%absent]:51820").errno());
  }

  @Test
  void leavesOutWhatAPeerSectionDoesNotName() throws Exception {
    assertEquals(
        new ChangePeer(
            KEY, false, Optional.empty(), Optional.empty(), OptionalInt.empty(), false, List.of()),
        peer());
    assertEquals(Optional.of(PresharedKey.NONE), peer("preshared_key=" + ZERO).presharedKey());
  }

  @Test
  void appliesLinesToThePeerThatTheyFollow() throws Exception {
    List<UapiChange> changes =
        changes(
            "public_key=" + HEX,
            "endpoint=192.0.2.1:1",
            "remove=true",
            "public_key=" + ZERO,
            "persistent_keepalive_interval=0");
    assertEquals(new UapiChange.RemovePeer(KEY), changes.getFirst());
    ChangePeer second = (ChangePeer) changes.getLast();
    assertEquals(PublicKey.parseHex(ZERO), second.key());
    assertEquals(Optional.empty(), second.endpoint());
    assertEquals(OptionalInt.of(0), second.persistentKeepaliveSeconds());
  }

  @Test
  void changesAllowedIpsInTheirOrder() throws Exception {
    var present =
        new java.util.LinkedHashSet<>(
            List.of(Cidr.parse("10.0.0.0/24"), Cidr.parse("10.1.0.0/24")));
    assertEquals(
        List.of(Cidr.parse("10.1.0.0/24"), Cidr.parse("10.2.0.0/24")),
        List.copyOf(peer("allowed_ip=-10.0.0.0/24", "allowed_ip=10.2.0.0/24").allowedIps(present)));
    assertEquals(
        List.of(Cidr.parse("10.3.0.0/24")),
        List.copyOf(
            peer("allowed_ip=10.2.0.0/24", "replace_allowed_ips=true", "allowed_ip=10.3.0.0/24")
                .allowedIps(present)));
    assertEquals(
        List.of(),
        List.copyOf(
            peer("replace_allowed_ips=true", "allowed_ip=10.2.0.0/24", "allowed_ip=-10.2.0.0/24")
                .allowedIps(present)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "", " ", "private_key", "\u00ff\u0000"})
  void refusesWhatIsNoLine(String line) {
    assertEquals(EPROTO, refusal(line).errno());
    assertEquals(EPROTO, refusal("set=1", line).errno());
    assertEquals(EPROTO, refusal("set=1", "public_key=" + HEX, line).errno());
  }

  @Test
  void refusesAnEmptyRequest() {
    assertEquals(EPROTO, refusal().errno());
  }

  @ParameterizedTest
  @ValueSource(strings = {"get=2", "set=0", "get=", "set=1 ", "=", "=1", "listen_port=1", "GET=1"})
  void refusesOtherOperations(String line) {
    assertEquals(EINVAL, refusal(line).errno());
  }

  @Test
  void refusesLinesAfterGet() {
    assertEquals(EINVAL, refusal("get=1", "listen_port=1").errno());
    assertEquals(EINVAL, refusal("get=1", "get=1").errno());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "private_key=",
        "private_key=00",
        "private_key=zz4b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a",
        "private_key=e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a0",
        "private_key=6FtabScXwQA6E7QxVwNT26ypFGzxUMX4V1aA/rpSAno=",
        "listen_port=",
        "listen_port=65536",
        "listen_port=-1",
        "listen_port=+1",
        "listen_port=0x10",
        "listen_port=1 ",
        "listen_port=\u0661",
        "listen_port=99999999999999999999",
        "fwmark=",
        "fwmark=4294967296",
        "fwmark=-1",
        "fwmark=0xff",
        "fwmark=off",
        "replace_peers=false",
        "replace_peers=",
        "replace_peers=TRUE",
        "endpoint=192.0.2.1:1",
        "remove=true",
        "protocol_version=1",
        "set=1",
        "errno=0",
        "rubbish=1",
        "=",
      })
  void refusesMalformedLinesOfTheDevice(String line) {
    assertEquals(EINVAL, refusal("set=1", line).errno());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "public_key=",
        "public_key=00",
        "public_key=zz4b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a",
        "remove=false",
        "remove=1",
        "update_only=false",
        "update_only=",
        "preshared_key=",
        "preshared_key=0",
        "preshared_key=zz4b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a",
        "endpoint=",
        "endpoint=192.0.2.1",
        "endpoint=192.0.2.1:",
        "endpoint=192.0.2.1:0",
        "endpoint=192.0.2.1:65536",
        "endpoint=192.0.2:1",
        "endpoint=example.org:51820",
        "endpoint=2001:db8::1:51820",
        "endpoint=[2001:db8::1]",
        "endpoint=[2001:db8::g]:1",
        "endpoint=[fe80::1%nosuchlink]:1",
        "endpoint=[192.0.2.1]:1",
        "persistent_keepalive_interval=",
        "persistent_keepalive_interval=65536",
        "persistent_keepalive_interval=-1",
        "persistent_keepalive_interval=off",
        "replace_allowed_ips=false",
        "allowed_ip=",
        "allowed_ip=-",
        "allowed_ip=--10.0.0.0/8",
        "allowed_ip=+10.0.0.0/8",
        "allowed_ip=10.0.0.1",
        "allowed_ip=10.0.0.0/",
        "allowed_ip=10.0.0.0/33",
        "allowed_ip=10.0.0.0/-1",
        "allowed_ip=10.0.0.0/08",
        "allowed_ip=fd00::/129",
        "allowed_ip=fd00::%1/64",
        "allowed_ip=/0",
        "allowed_ip=10.0.0.0/8,10.1.0.0/16",
        "protocol_version=0",
        "protocol_version=2",
        "protocol_version=",
        "private_key=e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a",
        "listen_port=1",
        "fwmark=1",
        "replace_peers=true",
        "rx_bytes=0",
        "tx_bytes=0",
        "last_handshake_time_sec=0",
        "rubbish=1",
      })
  void refusesMalformedLinesOfAPeer(String line) {
    assertEquals(EINVAL, refusal("set=1", "public_key=" + HEX, line).errno());
  }

  @Test
  void namesTheLineAndTheRuleButNotTheValue() {
    String secret = HEX.substring(1);
    for (String line :
        List.of("private_key=" + secret, "listen_port=" + secret, secret, secret + "=")) {
      String message = refusal("set=1", line).getMessage();
      assertFalse(message.contains(secret), message);
      assertEquals("line 2: ", message.substring(0, 8));
    }
    assertEquals(
        "line 2: listen_port takes a number from 0 to 65535",
        refusal("set=1", "listen_port=x").getMessage());
  }
}
