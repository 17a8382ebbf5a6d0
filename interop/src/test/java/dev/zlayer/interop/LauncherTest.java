package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in front of a stand-in for java that prints its pid, module path and arguments. */
class LauncherTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("zlayer.root"))
          .toAbsolutePath()
          .normalize()
          .resolve("zlayer-overlay");

  @TempDir private Path jdk;

  @BeforeEach
  void makeJdk() throws IOException {
    Files.createDirectory(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.3\"\n");
    makeProgram("java", "echo pid $$; readlink /proc/$$/fd/9; printf '[%s]' \"$@\"");
    makeProgram("javac", "exit 1");
  }

  @Test
  void becomesJavaSoThatSignalsReachTheNode() {
    try (RunningCommand launcher = Command.zlayerOverlay("up").with("JAVA_HOME", jdk()).start()) {
      launcher.await(Duration.ofSeconds(10));
      assertTrue(launcher.output().startsWith("pid " + launcher.pid() + "\n"), launcher.output());
    }
  }

  @Test
  void handsArgumentsOnAsTheyAre() {
    String output =
        Command.zlayerOverlay("peer", "two words", "", "*").with("JAVA_HOME", jdk()).output();
    assertTrue(
        output.endsWith("[dev.zlayer.cli/dev.zlayer.cli.Main][peer][two words][][*]"), output);
  }

  @Test
  void findsItsFolderThroughSymlinksFromAnyFolder(@TempDir Path elsewhere) throws IOException {
    Path first = Files.createSymbolicLink(elsewhere.resolve("first"), LAUNCHER);
    Files.createSymbolicLink(elsewhere.resolve("second"), first.getFileName());
    String output =
        Command.of("sh", "-c", "cd '" + elsewhere + "' && ./second status")
            .with("JAVA_HOME", jdk())
            .output();
    assertTrue(output.contains("[-Dzlayer.launcher=" + LAUNCHER + "]"), output);
    assertTrue(output.contains("\n" + LAUNCHER.resolveSibling("cli/target/app") + "\n"), output);
    assertTrue(output.contains("[-p][/proc/self/fd/9]"), output);
  }

  @Test
  void addsJavaOptionsOfTheEnvironment() {
    String output =
        Command.zlayerOverlay("status")
            .with("JAVA_HOME", jdk())
            .with("ZLAYER_JAVA_OPTS", "-Xlog:gc -Xmx99m")
            .output();
    assertTrue(output.contains("[-Xlog:gc][-Xmx99m]"), output);
  }

  @Test
  void passesOverAJavaHomeThatIsTooOld() throws IOException {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"24.0.2\"\n");
    assertFalse(choosesStandIn());
  }

  @Test
  void passesOverAJavaHomeWithoutCompiler() throws IOException {
    Files.delete(jdk.resolve("bin/javac"));
    assertFalse(choosesStandIn());
  }

  @Test
  void asksJavaWhereNoReleaseFileTellsTheVersion() throws IOException {
    Files.delete(jdk.resolve("release"));
    makeProgram("java", "echo 'openjdk 26-ea 2026-03-17'");
    assertTrue(choosesStandIn());
  }

  @Test
  void asksNoJavaWhereThereIsNoJavaHome() {
    assertEquals("[]\n", findJdk("read_jdk_version ''; echo \"[${JDK_VERSION:-}]\""));
  }

  @Test
  void saysWhatToInstallWhereThereIsNoJdk() {
    String found = findJdk("read_jdk_version() { return 1; }; find_jdk 2>&1 || echo code $?");
    assertTrue(found.contains("apt-get install openjdk-25-jdk-headless"), found);
    assertTrue(found.contains("/usr/lib/jvm"), found);
    assertTrue(found.endsWith("code 1\n"), found);
  }

  @Test
  void ordersVersions() throws IOException {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.10\"\n");
    String older = findJdk("read_jdk_version \"$JAVA_HOME\"; echo $JDK_VERSION");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"26\"\n");
    String newer = findJdk("read_jdk_version \"$JAVA_HOME\"; echo $JDK_VERSION");
    assertTrue(Integer.parseInt(older.strip()) < Integer.parseInt(newer.strip()), older + newer);
  }

  private boolean choosesStandIn() {
    return findJdk("find_jdk && echo $JDK_HOME").equals(jdk + "\n");
  }

  private String findJdk(String script) {
    Path library = LAUNCHER.resolveSibling("scripts/find-jdk.sh");
    return Command.of("bash", "-c", "source '" + library + "'; " + script)
        .with("JAVA_HOME", jdk())
        .output();
  }

  private String jdk() {
    return jdk.toString();
  }

  private void makeProgram(String name, String script) throws IOException {
    Path program = jdk.resolve("bin").resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
