package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.Administration;
import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command as a process, in a network namespace without anybody to talk to. */
@Tag("root")
class UpInNamespaceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PORT = 7000;

  @TempDir Path temp;
  private final String interfaceName = "zlt" + ProcessHandle.current().pid() % 1_000_000;
  private final String otherName = interfaceName.replace("zlt", "zlh");
  private Netns namespace;

  @BeforeEach
  void setUp() {
    namespace = Netns.create();
    init("node", interfaceName);
  }

  @AfterEach
  void removeNamespace() {
    namespace.close();
  }

  private void init(String node, String name) {
    Cli.run(
            "init",
            "--interface",
            name,
            "--port",
            "" + PORT,
            "--data-dir",
            temp.resolve(node).toString())
        .done();
  }

  /** The command behind {@code prefix}, such as setpriv; {@code prefix} may be empty. */
  private Command command(List<String> prefix, String node, String... words) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux",
            "-p",
            System.getProperty("jdk.module.path"),
            "-m",
            "dev.zlayer.cli/dev.zlayer.cli.Main"));
    line.addAll(List.of(words));
    line.addAll(List.of("--data-dir", temp.resolve(node).toString()));
    return Command.of(line.toArray(String[]::new)).in(namespace);
  }

  private Command command(String node, String... words) {
    return command(List.of(), node, words);
  }

  /** Has the command refuse with one line that has {@code parts} in it, changing nothing. */
  private void refused(Command command, String... parts) throws IOException {
    Map<String, String> before = Cli.contents(temp);
    Execution execution = command.run();
    assertEquals(1, execution.exitCode(), execution::toString);
    assertEquals(1, execution.errors().lines().count(), execution::toString);
    for (String part : parts) {
      assertTrue(execution.errors().contains(part), execution::toString);
    }
    assertEquals(before, Cli.contents(temp));
    assertNoInterface();
  }

  private void assertNoInterface() {
    assertFalse(namespace.ip("link").contains(interfaceName));
    assertFalse(Files.exists(Path.of("/var/run/wireguard", interfaceName + ".sock")));
  }

  @Test
  void upWithoutPrivilegesSaysWhichAreMissing() throws IOException {
    Tools.require("setpriv", "util-linux");
    refused(
        command(List.of("setpriv", "--bounding-set=-net_admin"), "node", "up"),
        "EPERM",
        "CAP_NET_ADMIN");
  }

  @Test
  void upWithoutTunDeviceSaysHowToGetIt() throws IOException {
    Tools.require("unshare", "util-linux");
    List<String> withoutDevices =
        List.of("unshare", "-m", "sh", "-c", "mount -t tmpfs none /dev && exec \"$@\"", "sh");
    refused(command(withoutDevices, "node", "up"), "/dev/net/tun", "modprobe tun");
  }

  @Test
  void upOnAPortThatIsTakenKeepsNothingOfItsOptions() throws IOException {
    init("holder", otherName);
    try (RunningCommand holder = command("holder", "up", "--port", "7001").start()) {
      awaitUp("holder");
      refused(
          command("node", "up", "--port", "7001", "--interface", interfaceName + "x"),
          "UDP port 7001",
          "EADDRINUSE");
      command("holder", "down").run().requireSuccess();
      assertEquals(0, holder.await(PATIENCE).exitCode());
    }
  }

  @Test
  void upOnAnInterfaceInUseNamesItsProcess() throws IOException {
    init("holder", otherName);
    try (RunningCommand holder = command("holder", "up").start()) {
      awaitUp("holder");
      refused(
          command("node", "up", "--interface", otherName, "--port", "7001"),
          "process " + holder.pid(),
          otherName);
      assertTrue(
          command("node", "up", "--detach", "--interface", otherName, "--port", "7001")
              .run()
              .errors()
              .contains("process " + holder.pid()));
    }
  }

  @Test
  void statusOfARunningNodeParsesAndDownLeavesNothing() throws IOException {
    String up = command("node", "up", "--detach").run().requireSuccess().output();
    assertTrue(up.startsWith(interfaceName + " is up: 10.200.0.1/16, UDP port " + PORT), up);
    assertEquals("rw-------", mode("overlay.log"));
    assertEquals("rw-------", mode("overlay.sock"));

    String text = command("node", "status", "--json").run().requireSuccess().output();
    JsonNode status = JsonMapper.shared().readTree(text);
    assertEquals("10.200.0.1", status.get("node").get("overlay_ip").asString());
    assertEquals(interfaceName, status.get("interface").get("name").asString());
    long pid = status.get("pid").asLong();
    refusedWhileRunning("in use by process " + pid);

    assertEquals(
        interfaceName + " is down\n", command("node", "down").run().requireSuccess().output());
    assertNoInterface();
    assertFalse(Files.exists(temp.resolve("node/overlay.sock")));
    refused(command("node", "status"), "no node runs on " + temp.resolve("node"));
    command("node", "up", "--detach").run().requireSuccess();
    command("node", "down").run().requireSuccess();
  }

  private void refusedWhileRunning(String reason) {
    Execution second = command("node", "up").run();
    assertEquals(1, second.exitCode());
    assertTrue(second.errors().contains(reason), second::toString);
  }

  @Test
  void nodeWhoseInterfaceIsTakenAwayEndsWithAReason() {
    try (RunningCommand node = command("node", "up").start()) {
      awaitUp("node");
      namespace.ip("link", "delete", interfaceName);
      Execution execution = node.await(PATIENCE);
      assertEquals(1, execution.exitCode(), execution::toString);
      String reason = execution.errors().lines().reduce((earlier, later) -> later).orElseThrow();
      assertTrue(reason.startsWith("zlayer-overlay up: " + interfaceName + " is gone: "), reason);
      assertNoInterface();
      assertFalse(Files.exists(temp.resolve("node/overlay.sock")));
    }
  }

  private void awaitUp(String node) {
    Eventually.within(
        PATIENCE, node + " to be up", () -> Administration.isRunning(temp.resolve(node)));
  }

  private String mode(String file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(temp.resolve("node").resolve(file)));
  }
}
