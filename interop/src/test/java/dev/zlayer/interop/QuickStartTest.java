package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
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
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(40);
  private static final Pattern KEY = Pattern.compile("(?<=(Leader|Worker) )\\S{44}");

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
    try (TypedProgram leader = program("Leader", programs.get(0), left);
        TypedProgram worker = program("Worker", programs.get(1), right)) {
      leader.awaits("Public key of the worker");
      worker.enter(leader.printed(KEY));
      worker.awaits("Enter ends this");
      leader.enter(worker.printed(KEY));
      leader.awaits("10.200.0.2 is UP");
      assertEquals(0, Ping.run(right, "10.200.0.1", 3, Duration.ofMillis(100)).lost());
      for (String name : List.of("web", "api", "node-0-2")) {
        assertEquals(
            List.of("10.200.0.2"),
            Dig.ask(right, "10.200.0.1", 15353, name + ".overlay.local").data());
      }
      worker.enter("");
      worker.ends();
      Eventually.within(
          DOWN_LIMIT,
          () -> "DOWN in " + leader.output(),
          () -> leader.output().contains("10.200.0.2 is DOWN"));
      leader.enter("");
      leader.ends();
    }
  }

  /** A program that is run from its source, with a data directory of the test's. */
  private TypedProgram program(String name, String text, Netns host) throws IOException {
    Path source = folder.resolve(name + ".java");
    String directory = "/var/lib/zlayer-" + name.toLowerCase(Locale.ROOT);
    assertTrue(text.contains(directory), text);
    Files.writeString(source, text.replace(directory, folder.resolve(name) + ""));
    return new TypedProgram(host, folder.resolve(name + ".typed"), "", source.toString());
  }
}
