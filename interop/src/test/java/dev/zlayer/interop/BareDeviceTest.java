package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WgShow;
import dev.zlayer.testkit.WireGuardGo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code zlayer-wireguard IFACE} in the place of {@code wireguard-go IFACE}. */
@Tag("root")
class BareDeviceTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String LAUNCHER =
      Path.of(System.getProperty("zlayer.root"), "zlayer-wireguard")
          .toAbsolutePath()
          .normalize()
          .toString();

  private final Topology network = new Topology();
  private final Netns host = network.namespace();
  private final String name = Node.nextInterfaceName();
  private final Path socket = Path.of("/var/run/wireguard", name + ".sock");

  @TempDir private Path folder;

  @BeforeEach
  void requireTools() {
    Tools.require("wg-quick", "wireguard-tools");
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private Command device(String... words) {
    String[] line = new String[words.length + 1];
    line[0] = LAUNCHER;
    System.arraycopy(words, 0, line, 1, words.length);
    return Command.of(line).in(host).within(LIMIT);
  }

  private boolean hasInterface() {
    return host.ip("-o", "link").contains(" " + name + ":");
  }

  private void awaitNothingLeft() {
    Eventually.within(
        PATIENCE,
        "nothing left",
        () -> host.pids().isEmpty() && !Files.exists(socket) && !hasInterface());
  }

  @Test
  void goesOnInTheBackgroundUntilItsInterfaceIsDeleted() {
    Execution started = device(name).run().requireSuccess();
    assertTrue(started.output().startsWith(name + " is ready: "), started.output());
    assertEquals(1, host.pids().size());
    assertTrue(WgShow.of(host, name).listenPort() > 0);
    assertTrue(host.ip("link", "show", name).contains("state DOWN"));
    assertFalse(host.ip("address", "show", name).contains("inet"));
    host.ip("link", "delete", name);
    awaitNothingLeft();
  }

  @Test
  void endsWhenItsSocketFileIsRemoved() throws IOException {
    device(name).run().requireSuccess();
    Files.delete(socket);
    awaitNothingLeft();
  }

  @Test
  void endsOnSigterm() {
    device(name).run().requireSuccess();
    Command.of("kill", host.pids().getFirst().toString()).run().requireSuccess();
    awaitNothingLeft();
  }

  @Test
  void staysInTheForegroundAndLogsAsItIsTold() {
    RunningCommand running = device("-f", name).with("LOG_LEVEL", "verbose").start();
    running.awaitText(name + " is ready", LIMIT);
    host.ip("link", "set", name, "up", "mtu", "1300");
    Eventually.within(PATIENCE, "its log", () -> running.errors().contains("MTU 1300, up"));
    Execution ended = running.stop();
    assertEquals(0, ended.exitCode(), ended.toString());
    awaitNothingLeft();
  }

  @Test
  void saysNothingInTheForegroundThatIsSilent() {
    RunningCommand running = device("--foreground", name).with("LOG_LEVEL", "silent").start();
    running.awaitText(name + " is ready", LIMIT);
    host.ip("link", "delete", name);
    Execution ended = running.await(PATIENCE);
    assertEquals(0, ended.exitCode());
    assertEquals("", running.errors());
  }

  @Test
  void logsErrorsAloneUnlessItIsTold() {
    RunningCommand running = device("--foreground", name).with("LOG_LEVEL", "error").start();
    running.awaitText(name + " is ready", LIMIT);
    host.ip("link", "set", name, "up", "mtu", "1300");
    host.ip("link", "delete", name);
    Execution ended = running.await(PATIENCE);
    assertEquals(0, ended.exitCode());
    assertTrue(ended.errors().contains("thread ended"), ended.errors());
    assertFalse(ended.errors().contains("MTU"), ended.errors());
  }

  @Test
  void servesItsSocketWhereItIsTold() throws IOException {
    device("--socket-dir", folder.toString(), name).run().requireSuccess();
    Path elsewhere = folder.resolve(name + ".sock");
    assertTrue(Files.exists(elsewhere));
    assertFalse(Files.exists(socket));
    Files.delete(elsewhere);
    awaitNothingLeft();
  }

  @Test
  void goesOnUnderAnotherNameAndInAnotherNamespace() {
    Netns elsewhere = network.namespace();
    device(name).run().requireSuccess();
    int port = WgShow.of(host, name).listenPort();
    host.ip("link", "set", name, "name", "renamed");
    host.ip("link", "set", "renamed", "netns", elsewhere.name());
    elsewhere.ip("link", "set", "renamed", "up");
    assertEquals(port, WgShow.of(host, name).listenPort());
    assertTrue(host.exec("ss", "-Hulpn").contains(":" + port + " "), "the UDP socket stays");
    elsewhere.ip("link", "delete", "renamed");
    awaitNothingLeft();
  }

  @Test
  void saysWhoHasTheInterfaceAlready() {
    device(name).run().requireSuccess();
    Execution second = device(name).run();
    assertEquals(1, second.exitCode());
    assertTrue(second.errors().contains("in use by process " + host.pids().getFirst()));
    assertEquals(1, second.errors().lines().count(), second.errors());
  }

  @Test
  void refusesANameThatTheKernelWouldRefuse() {
    Execution refused = device("a/b").run();
    assertEquals(2, refused.exitCode());
    assertEquals(
        "zlayer-overlay device: interface name 'a/b' holds one of '/', ':', '%'\n",
        refused.errors());
  }

  @Test
  void talksToALinkLocalEndpoint() {
    Netns far = network.namespace();
    network.connect(host.nic("fe80::1/64"), far.nic("fe80::2/64"));
    WireGuardGo theirs = WireGuardGo.start(far, 51821);
    WgKeys keys = WgKeys.generate();
    theirs.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32");
    theirs.up("10.9.0.2/24");
    device(name).run().requireSuccess();
    host.exec("wg", "set", name, "private-key", WgKeys.file(keys.privateKey()).toString());
    String endpoint = "[fe80::2%eth0]:51821";
    host.exec(
        "wg",
        "set",
        name,
        "peer",
        theirs.publicKey(),
        "endpoint",
        endpoint,
        "allowed-ips",
        "10.9.0.2");
    host.addAddress(name, "10.9.0.1/24");
    host.ip("link", "set", name, "up");
    assertEquals(0, Ping.run(host, "10.9.0.2", 5, Duration.ofMillis(50)).lost());
    assertEquals(endpoint, WgShow.of(host, name).peer(theirs.publicKey()).endpoint().orElseThrow());
    assertEquals(0, Ping.run(far, "10.9.0.1", 5, Duration.ofMillis(50)).lost());
  }

  @Test
  void isBroughtUpAndDownByWgQuick() throws IOException {
    Netns far = network.namespace();
    network.connect(
        host.nic("192.0.2.1/24", "2001:db8::1/64"), far.nic("192.0.2.2/24", "2001:db8::2/64"));
    WireGuardGo theirs = WireGuardGo.start(far, 51821);
    WgKeys keys = WgKeys.generate();
    theirs.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
    theirs.up("10.9.0.2/24", "fd09::2/64");
    Path config =
        configuration(
            keys,
            "PublicKey = " + theirs.publicKey(),
            "AllowedIPs = 10.9.0.2/32, fd09::2/128, 10.99.0.0/16",
            "Endpoint = [2001:db8::2]:51821",
            "PersistentKeepalive = 25");

    for (int round = 0; round < 2; round++) {
      wgQuick("up", config);
      assertEquals(0, Ping.run(host, "10.9.0.2", 5, Duration.ofMillis(50)).lost());
      assertEquals(0, Ping.run(host, "fd09::2", 5, Duration.ofMillis(50)).lost());
      assertTrue(host.ip("link", "show", name).contains("mtu 1400"));
      assertTrue(host.ip("route").contains("10.99.0.0/16 dev " + name));
      wgQuick("down", config);
      awaitNothingLeft();
    }
  }

  private Path configuration(WgKeys keys, String... peer) throws IOException {
    Path config = folder.resolve(name + ".conf");
    Files.createFile(
        config, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    List<String> lines =
        new ArrayList<>(
            List.of(
                "[Interface]",
                "PrivateKey = " + keys.privateKey(),
                "ListenPort = 51820",
                "Address = 10.9.0.1/24, fd09::1/64",
                "MTU = 1400",
                "[Peer]"));
    lines.addAll(List.of(peer));
    return Files.write(config, lines);
  }

  /**
   * All traffic through the tunnel but the tunnel's own, which its mark tells apart: the far end is
   * reached by the very default route that the tunnel takes over.
   */
  @Test
  void carriesEverythingWhereWgQuickMakesItTheDefaultRoute() throws IOException {
    Tools.require("nft", "nftables");
    Netns far = network.namespace();
    network.connect(
        host.nic("192.0.2.1/24", "2001:db8::1/64"), far.nic("192.0.2.2/24", "2001:db8::2/64"));
    far.addAddress("lo", "203.0.113.2/32");
    host.ip("route", "add", "default", "via", "192.0.2.2");
    WireGuardGo theirs = WireGuardGo.start(far, 51821);
    WgKeys keys = WgKeys.generate();
    theirs.set("peer", keys.publicKey(), "allowed-ips", "10.9.0.1/32,fd09::1/128");
    theirs.up("10.9.0.2/24", "fd09::2/64", "198.51.100.7/32", "2001:db8:7::7/128");
    Path config =
        configuration(
            keys,
            "PublicKey = " + theirs.publicKey(),
            "AllowedIPs = 0.0.0.0/0, ::/0",
            "Endpoint = 203.0.113.2:51821");

    wgQuick("up", config);
    assertEquals("0xca6c", host.exec("wg", "show", name, "fwmark").strip());
    assertEquals(0, Ping.run(host, "198.51.100.7", 5, Duration.ofMillis(50)).lost());
    assertEquals(0, Ping.run(host, "2001:db8:7::7", 5, Duration.ofMillis(50)).lost());
    long received = WgShow.of(host, name).peer(theirs.publicKey()).receivedBytes();
    assertTrue(received > 10 * 84, "through the tunnel: " + received);
    wgQuick("down", config);
    awaitNothingLeft();
  }

  private void wgQuick(String what, Path config) {
    Command.of("wg-quick", what, config.toString())
        .in(host)
        .with("WG_QUICK_USERSPACE_IMPLEMENTATION", LAUNCHER)
        .within(LIMIT)
        .run()
        .requireSuccess();
  }
}
