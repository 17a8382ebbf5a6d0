package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The caches that packaging made, and the launcher that takes one where it fits. */
class AotCacheTest {
  private static final Instant BUILT = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"join", "status"})
  void theJvmTakesTheCacheThatPackagingMade(String subcommand) {
    // With this mode a cache that can't be used is an error.
    Execution run =
        Command.zlayerOverlay(subcommand, "--help")
            .with("ZLAYER_JAVA_OPTS", "-XX:AOTMode=on")
            .run()
            .requireSuccess();
    assertTrue(run.output().startsWith("Usage: zlayer-overlay " + subcommand), run.toString());
  }

  @Test
  void noJarIsSigned() throws IOException {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Readme.ROOT.resolve("cli/target/app"), "*.jar")) {
      for (Path jar : jars) {
        try (JarFile file = new JarFile(jar.toFile())) {
          assertTrue(
              file.stream().noneMatch(entry -> entry.getName().endsWith(".SF")), jar.toString());
          assertTrue(file.getManifest().getEntries().isEmpty(), jar.toString());
        }
      }
    }
  }

  @Test
  void theCommandWorksUnderOptionsThatItsCacheDoesNotFit() {
    Execution run =
        Command.zlayerOverlay("status", "--help")
            .with("ZLAYER_JAVA_OPTS", "-XX:-UseCompactObjectHeaders")
            .run()
            .requireSuccess();
    assertTrue(run.output().startsWith("Usage: zlayer-overlay status"), run.toString());
    assertEquals("", run.errors());
  }

  @Test
  void aNodeAndACommandHaveCachesOfTheirOwn() throws IOException {
    makeCheckout();
    makeCache("node.aot", BUILT.plusSeconds(1));
    makeCache("command.aot", BUILT.plusSeconds(1));
    assertTrue(launch("up").contains("/cli/target/node.aot]"), launch("up"));
    assertTrue(launch("device").contains("/cli/target/node.aot]"), launch("device"));
    assertTrue(launch("status").contains("/cli/target/command.aot]"), launch("status"));
    assertTrue(launch("").contains("/cli/target/command.aot]"), launch(""));
  }

  @Test
  void noCacheIsTakenThatIsMissingOrOlderThanTheJars() throws IOException {
    makeCheckout();
    assertFalse(launch("up").contains("AOTCache"), launch("up"));
    makeCache("node.aot", BUILT.minusSeconds(1));
    assertFalse(launch("up").contains("AOTCache"), launch("up"));
  }

  /** A checkout that is built, with a stand-in for java that prints its arguments. */
  private void makeCheckout() throws IOException {
    Path app = Files.createDirectories(folder.resolve("cli/target/app"));
    Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
    for (String program : new String[] {"jdk/bin/java", "jdk/bin/javac"}) {
      Path file = Files.writeString(folder.resolve(program), "#!/bin/sh\nprintf '[%s]' \"$@\"\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
    setAge(Files.writeString(folder.resolve("pom.xml"), ""), BUILT.minusSeconds(60));
    setAge(Files.writeString(app.resolve("zlayer-cli-1.jar"), ""), BUILT);
    for (String part : new String[] {"zlayer-overlay", "scripts"}) {
      Command.of("cp", "-r", Readme.ROOT.resolve(part).toString(), folder.toString())
          .run()
          .requireSuccess();
    }
  }

  private void makeCache(String name, Instant age) throws IOException {
    setAge(Files.writeString(folder.resolve("cli/target").resolve(name), ""), age);
  }

  private static void setAge(Path file, Instant age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(age));
  }

  private String launch(String subcommand) {
    Execution run =
        Command.of(folder.resolve("zlayer-overlay").toString(), subcommand)
            .with("JAVA_HOME", folder.resolve("jdk").toString())
            .run()
            .requireSuccess();
    assertEquals("", run.errors());
    return run.output();
  }
}
