package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Debian's {@code wg} works on our device, whose peer is Debian's {@code wireguard-go}.
 *
 * <pre>
 *   alice 192.0.2.1 ---- 192.0.2.2 bob           underlay
 *   ours 10.9.0.1 ======= 10.9.0.2 wireguard-go  tunnel
 * </pre>
 *
 * <p>Ours begins bare: without key, port of its own choice or peers.
 */
@Tag("root")
class UapiToolsTest {
  private static final Duration BRIEFLY = Duration.ofMillis(20);

  private final Topology network = new Topology();
  private final WgKeys keys = WgKeys.generate();
  private final String stranger = WgKeys.generate().publicKey();
  private Netns alice;
  private Netns bob;
  private TunnelEnd ours;
  private WireGuardGo theirs;

  @BeforeEach
  void start() throws Exception {
    Tools.require("wg", "wireguard-tools");
    alice = network.namespace();
    bob = network.namespace();
    network.connect(alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"));
    ours = TunnelEnd.openBare(alice, "10.9.0.1/24");
    theirs = WireGuardGo.start(bob, 51821);
    theirs.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
    theirs.up("10.9.0.2/24");
  }

  @AfterEach
  void stop() {
    try (network) {
      ours.close();
    }
  }

  /** Runs {@code wg COMMAND INTERFACE WORDS...} on our device. */
  private Execution wg(String command, String... words) {
    List<String> line = new ArrayList<>(List.of("wg", command, ours.device().interfaceName()));
    line.addAll(List.of(words));
    return Command.of(line.toArray(String[]::new)).in(alice).run();
  }

  private void set(String... words) {
    wg("set", words).requireSuccess();
  }

  private String show(String what) {
    return wg("show", what).requireSuccess().output().strip();
  }

  private String showConfiguration() {
    return wg("showconf").requireSuccess().output();
  }

  private void configure(String command, String configuration) {
    wg(command, WgKeys.file(configuration).toString()).requireSuccess();
  }

  private WgShow.Peer peer() {
    return ours.show().peer(theirs.publicKey());
  }

  /** Makes ours a peer of wireguard-go, by {@code wg} alone. */
  private void introduce() {
    set("private-key", WgKeys.file(keys.privateKey()).toString(), "listen-port", "51820");
    set("peer", theirs.publicKey(), "endpoint", "192.0.2.2:51821", "allowed-ips", "10.9.0.2/32");
  }

  private void assertPings() {
    assertEquals(3, Ping.run(alice, "10.9.0.2", 3, BRIEFLY).received());
    assertEquals(3, Ping.run(bob, "10.9.0.1", 3, BRIEFLY).received());
  }

  @Test
  void showsABareDevice() {
    assertTrue(
        Command.of("wg", "show", "interfaces")
            .in(alice)
            .output()
            .contains(ours.device().interfaceName()));
    assertEquals("(none)", show("private-key"));
    assertEquals("(none)", show("public-key"));
    assertEquals("off", show("fwmark"));
    assertEquals("", show("peers"));
    assertNotEquals(0, ours.show().listenPort());
  }

  @Test
  void setsAndShowsEveryOption() {
    introduce();
    Path presharedKey = WgKeys.file(WgKeys.presharedKey());
    set("fwmark", "0xcafe");
    set(
        "peer",
        theirs.publicKey(),
        "preshared-key",
        presharedKey.toString(),
        "persistent-keepalive",
        "25",
        "allowed-ips",
        "10.9.0.2/32,fd09::7/64");

    assertEquals(keys.privateKey(), show("private-key"));
    assertEquals(keys.publicKey(), show("public-key"));
    assertEquals("51820", show("listen-port"));
    assertEquals("0xcafe", show("fwmark"));
    assertTrue(peer().hasPresharedKey());
    assertEquals(Optional.of("192.0.2.2:51821"), peer().endpoint());
    assertEquals(List.of("10.9.0.2/32", "fd09::/64"), peer().allowedIps());
    assertEquals(Optional.of(Duration.ofSeconds(25)), peer().keepalive());
    assertEquals("", alice.exec("ss", "-Hulpn", "sport != 51820"));

    set("fwmark", "0", "peer", theirs.publicKey(), "persistent-keepalive", "off");
    set("peer", theirs.publicKey(), "preshared-key", "/dev/null", "allowed-ips", "");
    assertEquals("off", show("fwmark"));
    assertEquals(Optional.empty(), peer().keepalive());
    assertEquals(List.of(), peer().allowedIps());
    assertFalse(peer().hasPresharedKey());

    set("peer", theirs.publicKey(), "remove");
    set("private-key", "/dev/null");
    assertEquals("", show("peers"));
    assertEquals("(none)", show("private-key"));
  }

  @Test
  void movesAllowedIpsAndIgnoresItself() {
    introduce();
    set("peer", stranger, "allowed-ips", "10.9.0.2/32");
    assertEquals(List.of(), peer().allowedIps());
    assertEquals(List.of("10.9.0.2/32"), ours.show().peer(stranger).allowedIps());
    set("peer", keys.publicKey(), "allowed-ips", "10.9.0.2/32");
    assertEquals(2, ours.show().peers().size());
    assertEquals(List.of("10.9.0.2/32"), ours.show().peer(stranger).allowedIps());
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    introduce();
    try (TunnelEnd other = TunnelEnd.open(alice, 1111, "10.9.1.1/24")) {
      Execution refused = wg("set", "listen-port", "1111");
      assertNotEquals(0, refused.exitCode());
      assertTrue(refused.errors().contains("Address already in use"), refused.toString());
      assertEquals(1111, other.show().listenPort());
    }
    assertEquals("51820", show("listen-port"));
    assertPings();
  }

  @Test
  void takesConfigurationFiles() {
    introduce();
    set("fwmark", "0x10");
    String configuration = showConfiguration();
    assertTrue(configuration.contains("PrivateKey = " + keys.privateKey()), configuration);
    configure("addconf", "[Peer]\nPublicKey = " + stranger + "\nAllowedIPs = 10.9.0.9/32\n");
    assertEquals(2, ours.show().peers().size());
    configure("setconf", configuration);
    assertEquals(configuration, showConfiguration());
    assertPings();
  }

  @Test
  void keepsSessionsWhileAConfigurationIsSynchronised() {
    introduce();
    assertPings();
    String configuration = showConfiguration();
    var handshake = peer().latestHandshake();
    Ping all = Ping.start(alice, "10.9.0.2", BRIEFLY);
    configure(
        "syncconf", configuration + "\n[Peer]\nPublicKey = " + stranger + "\nAllowedIPs = ::/0\n");
    assertEquals(2, ours.show().peers().size());
    configure("syncconf", configuration);
    assertEquals(1, ours.show().peers().size());
    assertPings();
    assertEquals(handshake, peer().latestHandshake());
    assertTrue(all.finish().lost() <= 1);
  }

  @Test
  void carriesOnWhileItsPortMarkAndKeysChange() {
    introduce();
    assertPings();
    Ping all = Ping.start(alice, "10.9.0.2", BRIEFLY);
    for (int port = 1111; port <= 1115; port++) {
      set("listen-port", Integer.toString(port));
      String there = "192.0.2.1:" + port;
      Eventually.within(
          Duration.ofSeconds(5),
          "wireguard-go to follow to " + there,
          () -> theirs.show().peer(keys.publicKey()).endpoint().equals(Optional.of(there)));
    }
    set("fwmark", "7");
    String presharedKey = WgKeys.file(WgKeys.presharedKey()).toString();
    set("peer", theirs.publicKey(), "preshared-key", presharedKey);
    theirs.set("peer", keys.publicKey(), "preshared-key", presharedKey);
    assertPings();
    Ping.Statistics statistics = all.finish();
    // At each move, answers that are under way to the former port are lost.
    assertTrue(statistics.lost() <= 10, statistics.toString());
  }

  @Test
  void handshakesAnewWhenItsKeyChanges() throws Exception {
    String presharedKey = WgKeys.file(WgKeys.presharedKey()).toString();
    introduce();
    assertPings();
    set("peer", theirs.publicKey(), "preshared-key", presharedKey);
    WgKeys renewed = WgKeys.generate();
    theirs.set(
        "peer",
        renewed.publicKey(),
        "preshared-key",
        presharedKey,
        "endpoint",
        "192.0.2.1:51820",
        "allowed-ips",
        "10.9.0.1/32");
    set("private-key", WgKeys.file(renewed.privateKey()).toString());
    Eventually.within(
        Duration.ofSeconds(10),
        "a handshake under the new key",
        () -> theirs.show().peer(renewed.publicKey()).latestHandshake().isPresent());
    theirs.set("peer", keys.publicKey(), "remove");
    assertPings();
    assertEquals(renewed.publicKey(), show("public-key"));
  }
}
