package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgShow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A leader alone on a host that is ended in every way that there is. */
@Tag("root")
class CleanStopTest {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private Topology network;
  private Node node;
  private HostView before;

  @BeforeEach
  void setUpLeader() {
    network = new Topology();
    Netns host = network.namespace();
    node = Node.init(host, "192.0.2.1:51820", folder);
    before = HostView.of(host);
  }

  @AfterEach
  void removeHost() {
    network.close();
  }

  @Test
  void downLeavesNothing() {
    node.command("up", "--detach").output();
    assertRuns();
    node.command("down").output();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void signalEndsItWithSuccessAndLeavesNothing(String signal) {
    RunningCommand running = node.up();
    assertRuns();
    running.signal(signal);
    Execution ended = running.await(STOP_LIMIT);
    assertEquals(0, ended.exitCode(), ended.toString());
    assertEquals("", ended.errors());
    assertNothingIsLeft();
  }

  @Test
  void startAfterACrashReplacesWhatTheDeadProcessLeft() {
    node.up().kill();
    assertEquals(before, HostView.of(node.host()));
    assertTrue(Files.exists(node.wgSocket()));
    assertTrue(Files.exists(node.controlSocket()));

    RunningCommand again = node.up();
    assertRuns();
    assertEquals(node.wgSocket().toString(), node.status().at("/interface/uapi_socket").asString());
    again.signal("TERM");
    again.await(STOP_LIMIT).requireSuccess();
    assertNothingIsLeft();
  }

  @Test
  void cleanupTakesAwayWhatACrashLeftAndNothingOfANodeThatRuns() {
    RunningCommand running = node.up();
    Execution refused = node.command("cleanup").run();
    assertEquals(1, refused.exitCode(), refused.toString());
    assertTrue(refused.errors().contains("process " + running.pid()), refused.toString());
    assertRuns();
    running.kill();
    assertEquals(
        "removed %s\nremoved %s\n".formatted(node.controlSocket(), node.wgSocket()),
        node.command("cleanup").output());
    assertNothingIsLeft();
    assertEquals("nothing to clean up\n", node.command("cleanup").output());
  }

  private void assertRuns() {
    assertNotEquals(before.links(), HostView.of(node.host()).links());
    assertTrue(Files.exists(node.controlSocket()));
    assertEquals(node.publicKey(), WgShow.of(node.host(), node.interfaceName()).publicKey());
  }

  private void assertNothingIsLeft() {
    assertEquals(before, HostView.of(node.host()));
    assertFalse(Files.exists(node.controlSocket()));
    assertFalse(Files.exists(node.wgSocket()));
  }
}
