package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgShow;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node runs, and another one is started that wants what it has.
 *
 * <pre>
 *   host 192.0.2.1                       elsewhere (no cable)
 *   the owner, UDP port 51820
 * </pre>
 */
@Tag("root")
class LiveOwnersTest {
  private static final Duration SERVED_LIMIT = Duration.ofMinutes(1);

  @TempDir private static Path folder;

  private static Topology network;
  private static Netns host;
  private static Node owner;
  private static RunningCommand running;

  @BeforeAll
  static void startOwner() {
    network = new Topology();
    host = network.namespace();
    owner = Node.init(host, "192.0.2.1:51820", folder);
    running = owner.up();
  }

  @AfterAll
  static void endOwner() {
    int exitCode = running.stop().exitCode();
    network.close();
    assertEquals(0, exitCode);
  }

  @Test
  void dataDirectoryOfALiveNodeNamesItsProcess() {
    assertRefused(owner.command("up").run(), "process " + running.pid());
  }

  @Test
  void interfaceNameOfALiveNodeNamesItsProcess() {
    Node other = Node.init(host, "192.0.2.1:51821", folder, "--port", "51821");
    assertRefused(
        other.command("up", "--interface", owner.interfaceName()).run(),
        "process " + running.pid());
  }

  @Test
  void portThatIsBoundIsRefused() {
    Node other = Node.init(host, "192.0.2.1:51820", folder);
    assertRefused(other.command("up").run(), "51820");
  }

  @Test
  void interfaceNameInAnotherNamespaceMovesTheSocketOnly() {
    Netns elsewhere = network.namespace();
    Node other = Node.init(elsewhere, "192.0.2.1:51820", folder);
    RunningCommand namesake = other.command("up", "--interface", owner.interfaceName()).start();
    namesake.awaitText(owner.interfaceName() + " is up", SERVED_LIMIT);

    Path socket = other.dataDirectory().resolve(owner.interfaceName() + ".sock");
    assertTrue(namesake.errors().contains(owner.wgSocket().toString()), namesake.errors());
    assertTrue(namesake.errors().contains(other.dataDirectory().toString()), namesake.errors());
    assertEquals(socket.toString(), other.status().at("/interface/uapi_socket").asString());
    assertEquals(owner.publicKey(), WgShow.of(host, owner.interfaceName()).publicKey());
    assertEquals(0, namesake.stop().exitCode());
    assertEquals(owner.publicKey(), WgShow.of(host, owner.interfaceName()).publicKey());
  }

  private static void assertRefused(Execution attempt, String culprit) {
    assertEquals(1, attempt.exitCode(), attempt.toString());
    assertEquals(1, attempt.errors().lines().count(), attempt.toString());
    assertTrue(attempt.errors().contains(culprit), attempt.toString());
    assertEquals(owner.publicKey(), WgShow.of(host, owner.interfaceName()).publicKey());
  }
}
