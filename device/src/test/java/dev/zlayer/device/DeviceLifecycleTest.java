package dev.zlayer.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.WireGuardGo;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a device begins and ends in the kernel, and what it says when it can't begin. */
@Tag("root")
class DeviceLifecycleTest {
  private static final int PORT = 51820;

  private final Netns host = Netns.create();

  @AfterEach
  void stop() {
    host.close();
  }

  private boolean hasInterface(String name) {
    return host.ip("-o", "link").contains(" " + name + ":");
  }

  private static void assertNothingLeft(TunnelEnd end) {
    assertEquals(List.of(), end.threads());
    assertFalse(Files.exists(end.socketFile()));
    assertTrue(end.device().ended().toCompletableFuture().isDone());
  }

  @Test
  void leavesNothingBehindAndCanBeOpenedAgain() throws Exception {
    DeviceSettings settings = TunnelEnd.settings(TunnelEnd.freeName(), PORT, "10.9.0.1/24");
    for (int round = 0; round < 3; round++) {
      TunnelEnd end = TunnelEnd.open(host, settings);
      assertTrue(hasInterface(settings.interfaceName()));
      assertTrue(Files.exists(end.socketFile()));
      assertEquals(4, end.threads().size());
      end.close();
      assertNothingLeft(end);
      assertFalse(hasInterface(settings.interfaceName()));
    }
    assertEquals("", host.exec("ss", "-Hulpn"));
  }

  @Test
  void tellsThatItsInterfaceWasDeletedAndCleansUp() throws Exception {
    TunnelEnd end = TunnelEnd.open(host, PORT, "10.9.0.1/24");
    String name = end.device().interfaceName();
    CompletableFuture<Void> ended = end.device().ended().toCompletableFuture();
    host.ip("link", "delete", name);

    var e = assertThrows(ExecutionException.class, () -> ended.get(5, TimeUnit.SECONDS));
    assertEquals(
        "read " + name + ": EBADFD (File descriptor in bad state): the interface was removed",
        e.getCause().getMessage());
    end.close();
    assertNothingLeft(end);
    assertEquals("", host.exec("ss", "-Hulpn"));
  }

  @Test
  void namesTheProcessThatHasTheInterface() {
    String name = WireGuardGo.start(host, PORT).interfaceName();
    long owner = host.pids().getFirst();
    var e =
        assertThrows(
            IOException.class,
            () -> TunnelEnd.open(host, TunnelEnd.settings(name, PORT + 1, "10.9.0.1/24")));
    assertEquals(
        "TUNSETIFF "
            + name
            + ": EBUSY (Device or resource busy): the interface is in use by process "
            + owner
            + "; stop it or choose another name",
        e.getMessage());
    assertFalse(host.exec("ss", "-Hulpn").contains(":" + (PORT + 1)));
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    try (TunnelEnd first = TunnelEnd.open(host, PORT, "10.9.0.1/24")) {
      assertEquals(PORT, first.show().listenPort());
      String name = TunnelEnd.freeName();
      var e =
          assertThrows(
              IOException.class,
              () -> TunnelEnd.open(host, TunnelEnd.settings(name, PORT, "10.9.1.1/24")));
      assertTrue(e.getMessage().startsWith("bind UDP port 51820: EADDRINUSE"), e.getMessage());
      assertFalse(hasInterface(name));
    }
  }

  @Test
  void leavesNothingBehindWhenItsKeyIsErased() {
    DeviceSettings settings = TunnelEnd.settings(TunnelEnd.freeName(), PORT, "10.9.0.1/24");
    settings.privateKey().orElseThrow().destroy();
    assertThrows(IllegalStateException.class, () -> TunnelEnd.open(host, settings));
    assertFalse(hasInterface(settings.interfaceName()));
    assertEquals("", host.exec("ss", "-Hulpn"));
  }

  @Test
  void saysWhichPrivilegeIsMissing() {
    Tools.require("setpriv", "util-linux");
    String name = TunnelEnd.freeName();
    String classPath =
        String.join(
            File.pathSeparator,
            "target/test-classes",
            System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path", ""));
    String printed =
        Command.of(
                "setpriv",
                "--bounding-set=-net_admin",
                "--inh-caps=-net_admin",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                DeviceOpening.class.getName(),
                name)
            .in(host)
            .output();
    assertEquals(
        "TUNSETIFF "
            + name
            + ": EPERM (Operation not permitted): run as root or with CAP_NET_ADMIN\n",
        printed);
  }
}
