package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {

  @Test
  void keepsOutputErrorsAndExitCodeApart() {
    Execution execution = Command.of("sh", "-c", "echo out; echo err >&2; exit 3").run();
    assertEquals("out\n", execution.output());
    assertEquals("err\n", execution.errors());
    assertEquals(3, execution.exitCode());
  }

  @Test
  void failureTellsCommandAndOutput() {
    AssertionError error =
        assertThrows(
            AssertionError.class, () -> Command.of("sh", "-c", "echo why; false").output());
    assertTrue(error.getMessage().contains("echo why; false"), error.getMessage());
    assertTrue(error.getMessage().contains("exit code 1\nwhy"), error.getMessage());
  }

  @Test
  void endsWhatOutlivesItsLimit() {
    Command sleep = Command.of("sh", "-c", "echo $$; exec sleep 600");
    AssertionError error =
        assertThrows(AssertionError.class, () -> sleep.within(Duration.ofMillis(300)).run());
    String pid = error.getMessage().lines().toList().get(1);
    assertFalse(Files.exists(Path.of("/proc", pid)), error.getMessage());
  }

  @Test
  void passesInputAndEnvironment() {
    assertEquals("hello", Command.of("cat").input("hello").output());
    assertEquals("5\n", Command.of("sh", "-c", "echo $COUNT").with("COUNT", "5").output());
  }

  @Test
  void aChildInTheBackgroundDoesNotKeepItWaiting() {
    Execution execution =
        Command.of("sh", "-c", "sleep 3 & echo $!").within(Duration.ofSeconds(2)).run();
    assertEquals(0, execution.exitCode());
  }

  @Test
  void waitsForTextAndTellsWhenItCanNotComeAnyMore() {
    try (RunningCommand running = Command.of("sh", "-c", "echo ready; sleep 600").start()) {
      running.awaitText("ready", Duration.ofSeconds(5));
      running.kill();
      assertThrows(AssertionError.class, () -> running.awaitText("never", Duration.ofSeconds(60)));
    }
  }

  @Test
  void missingProgramIsAFailure() {
    assertThrows(AssertionError.class, () -> Command.of("zlayer-no-such-program").run());
  }

  @Test
  void missingToolFailsWithTheLineThatInstallsIt() {
    AssertionError error =
        assertThrows(
            AssertionError.class, () -> Tools.require("zlayer-no-such-program", "zlayer-package"));
    assertTrue(error.getMessage().contains("apt-get install"), error.getMessage());
    assertTrue(error.getMessage().contains("zlayer-package"), error.getMessage());
  }

  @Test
  void startsTheProductThroughTheLauncherOfTheRoot(@TempDir Path root) throws Exception {
    Path launcher = root.resolve("zlayer-overlay");
    Files.writeString(launcher, "#!/bin/sh\necho \"$0 $*\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    System.setProperty("zlayer.root", root.toString());
    try {
      assertEquals(
          launcher + " status --json\n", Command.zlayerOverlay("status", "--json").output());
    } finally {
      System.clearProperty("zlayer.root");
    }
  }
}
