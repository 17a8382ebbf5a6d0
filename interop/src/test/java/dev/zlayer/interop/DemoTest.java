package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./zlayer-overlay demo}, seen to its end, broken off, and refused. */
@Tag("root")
class DemoTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SIGNALLED = 130;

  /** The demo's folder for temporary files; processes of the demo are known by it. */
  @TempDir private Path folder;

  @Test
  void showsThreeNodesThatReachEachOther() {
    try (RunningCommand demo = demo().start()) {
      Execution shown = demo.await(LIMIT).requireSuccess();
      List<String> table =
          shown.output().lines().dropWhile(line -> !line.startsWith("NODE")).toList();
      assertTrue(
          table.get(1).matches("leader +10\\.200\\.0\\.1 +\\S{44} +.+ ago +\\S+ ms"),
          shown::output);
      assertTrue(table.get(2).startsWith("worker-1 "), shown::output);
      assertTrue(table.get(3).startsWith("worker-2 "), shown::output);
      for (String line :
          List.of(
              "leader.overlay.local   10.200.0.1",
              "web.overlay.local      10.200.0.2, 10.200.0.3",
              "leader holds it DOWN",
              "leader holds it UP")) {
        assertTrue(shown.output().contains(line), shown::output);
      }
      assertEquals("", shown.errors());
      assertNothingIsLeftOf(demo.pid());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "three hosts on a bridge",
        "starting three nodes",
        "pinging every pair",
        "killing worker"
      })
  void interruptLeavesNothing(String step) {
    try (RunningCommand demo = demo().start()) {
      demo.awaitText(step, LIMIT);
      demo.signal("INT");
      Execution ended = demo.await(LIMIT);
      assertEquals(SIGNALLED, ended.exitCode(), ended::toString);
      assertFalse(ended.errors().contains("\tat "), ended::toString);
      assertNothingIsLeftOf(demo.pid());
    }
  }

  /** The capability lets the stranger read a source tree that lies in a home directory. */
  @Test
  void saysThatItNeedsRoot() {
    List<String> line =
        List.of(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "--inh-caps=+dac_read_search",
            "--ambient-caps=+dac_read_search",
            launcher(),
            "demo");
    Execution refused = Command.of(line.toArray(String[]::new)).within(LIMIT).run();
    assertEquals(1, refused.exitCode(), refused::toString);
    assertTrue(refused.errors().contains("needs root"), refused::toString);
    assertEquals(1, refused.errors().lines().count(), refused::toString);
    assertEquals("", refused.output());
  }

  private Command demo() {
    return Command.zlayerOverlay("demo").with("ZLAYER_JAVA_OPTS", "-Djava.io.tmpdir=" + folder);
  }

  private static String launcher() {
    return Path.of(System.getProperty("zlayer.root"))
        .toAbsolutePath()
        .normalize()
        .resolve("zlayer-overlay")
        .toString();
  }

  private void assertNothingIsLeftOf(long pid) {
    String prefix = "zld" + pid % 100_000 + "-";
    assertFalse(Command.of("ip", "netns", "list").output().contains(prefix));
    assertFalse(Command.of("ip", "link").output().contains(prefix));
    assertEquals(
        List.of(),
        list(Path.of("/var/run/wireguard"))
            .filter(socket -> socket.getFileName().toString().startsWith(prefix))
            .toList());
    assertEquals(List.of(), list(folder).toList());
    assertEquals(
        List.of(),
        ProcessHandle.allProcesses()
            .flatMap(process -> process.info().commandLine().stream())
            .filter(line -> line.contains(folder.toString()))
            .toList());
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
