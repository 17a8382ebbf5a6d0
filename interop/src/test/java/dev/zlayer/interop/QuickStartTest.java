package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's two Java programs, compiled and run as they stand, but for their data directories. */
@Tag("root")
class QuickStartTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(40);
  private static final Pattern KEY = Pattern.compile("(?:Leader|Worker) (\\S{44})");

  @TempDir private Path folder;
  private final Topology network = new Topology();

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  @Test
  void bothProgramsDoWhatTheySay() throws IOException {
    Netns left = network.namespace();
    Netns right = network.namespace();
    network.bridge(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
    List<String> programs = Readme.twoBlocks("From a Java program", "java");
    try (Program leader = new Program("Leader", programs.get(0), left);
        Program worker = new Program("Worker", programs.get(1), right)) {
      leader.awaits("Public key of the worker");
      worker.enter(leader.key());
      worker.awaits("Enter ends this");
      leader.enter(worker.key());
      leader.awaits("10.200.0.2 is UP");
      assertEquals(0, Ping.run(right, "10.200.0.1", 3, Duration.ofMillis(100)).lost());
      for (String name : List.of("web", "api", "node-0-2")) {
        assertEquals(
            List.of("10.200.0.2"),
            Dig.ask(right, "10.200.0.1", 15353, name + ".overlay.local").data());
      }
      worker.enter("");
      assertEquals(0, worker.process.await(LIMIT).exitCode());
      Eventually.within(
          DOWN_LIMIT,
          () -> "DOWN in " + leader.process.output(),
          () -> leader.process.output().contains("10.200.0.2 is DOWN"));
      leader.enter("");
      assertEquals(0, leader.process.await(LIMIT).exitCode());
    }
  }

  /** A program that is run from its source, and what is typed into it. */
  private final class Program implements AutoCloseable {
    final RunningCommand process;
    private final FileOutputStream keyboard;

    Program(String name, String text, Netns host) throws IOException {
      Path source = folder.resolve(name + ".java");
      String directory = "/var/lib/zlayer-" + name.toLowerCase(Locale.ROOT);
      assertTrue(text.contains(directory), text);
      Files.writeString(source, text.replace(directory, folder.resolve(name) + ""));
      Path typed = folder.resolve(name + ".typed");
      Command.of("mkfifo", typed.toString()).output();
      String line =
          "exec '%s/bin/java' -p '%s' --add-modules ALL-MODULE-PATH --enable-native-access=%s '%s' < '%s'"
              .formatted(
                  System.getProperty("java.home"),
                  Readme.ROOT.resolve("cli/target/app"),
                  "dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux",
                  source,
                  typed);
      process = Command.of("bash", "-c", line).in(host).within(LIMIT).start();
      keyboard = new FileOutputStream(typed.toFile());
    }

    void enter(String line) throws IOException {
      keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void awaits(String text) {
      process.awaitText(text, LIMIT);
    }

    String key() {
      return KEY.matcher(process.output())
          .results()
          .map(found -> found.group(1))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no key in: " + process.output()));
    }

    @Override
    public void close() throws IOException {
      keyboard.close();
      process.close();
    }
  }
}
