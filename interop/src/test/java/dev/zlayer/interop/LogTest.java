package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a node logs, as its operator has it. A changed MTU is an event that is there at debug. */
@Tag("root")
class LogTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String DEVICE = "dev.zlayer.device.Device";

  @TempDir private Path folder;

  private Netns host;
  private Node node;

  @BeforeEach
  void setUpNode() {
    host = Netns.create();
    node = Node.init(host, "192.0.2.1:51820", folder);
  }

  @AfterEach
  void removeHost() {
    host.close();
  }

  private static Stream<String> lines(Path log) {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void changeMtu(int mtu) {
    host.ip("link", "set", node.interfaceName(), "mtu", Integer.toString(mtu));
  }

  @Test
  void levelsChangeWhileItRuns() {
    RunningCommand running = node.up();
    changeMtu(1401);
    String shown = node.command("log", "level").output();
    assertTrue(shown.matches("(?s)LOGGER +LEVEL\nROOT +info\n.*" + DEVICE + " +info\n.*"), shown);

    String set = node.command("log", "level", "dev.zlayer.device=debug", "warn").output();
    assertTrue(set.matches("(?s).*ROOT +warn\n.*" + DEVICE + " +debug\n.*"), set);
    changeMtu(1402);
    running.awaitText(" DEBUG " + node.interfaceName() + ": MTU 1402, up", PATIENCE);

    JsonNode levels =
        JsonMapper.shared()
            .readTree(node.command("log", "level", DEVICE + "=off", "--json").output());
    assertEquals("off", levels.get(DEVICE).asString());
    assertEquals("debug", levels.get("dev.zlayer.device").asString());
    changeMtu(1403);
    node.command("log", "level", DEVICE + "=debug").run().requireSuccess();
    changeMtu(1404);
    running.awaitText("MTU 1404", PATIENCE);
    assertFalse(running.errors().contains("MTU 1401"), running.errors());
    assertFalse(running.errors().contains("MTU 1403"), running.errors());
  }

  @Test
  void badLevelIsAMistakeOfWhoAsks() {
    Execution refused = node.command("log", "level", "loud").run();
    assertEquals(2, refused.exitCode(), refused::toString);
    assertEquals(
        "zlayer-overlay log level: 'loud' is not a level: trace, debug, info, warn, error, off\n",
        refused.errors());
  }

  @Test
  void aNodeInTheBackgroundLogsAsItWasTold() {
    node.command("up", "--detach", "--log-format=json", "--log-level", DEVICE + "=debug")
        .run()
        .requireSuccess();
    changeMtu(1402);
    Path log = node.dataDirectory().resolve("overlay.log");
    Eventually.within(
        PATIENCE, "the event", () -> lines(log).anyMatch(line -> line.contains("MTU 1402")));
    node.command("down").run().requireSuccess();
    List<JsonNode> entries = lines(log).map(JsonMapper.shared()::readTree).toList();
    assertTrue(
        message(entries, "dev.zlayer.cli.UpCommand", "INFO")
            .startsWith(node.interfaceName() + " is up: 10.200.0.1/16"),
        entries::toString);
    assertEquals(node.interfaceName() + " is down", entries.getLast().get("message").asString());
    List<JsonNode> events =
        entries.stream()
            .filter(entry -> entry.get("message").asString().endsWith("MTU 1402, up"))
            .toList();
    assertEquals(1, events.size(), () -> events.toString());
    JsonNode event = events.getFirst();
    assertEquals("DEBUG", event.get("level").asString());
    assertEquals(DEVICE, event.get("logger").asString());
    assertEquals(node.interfaceName() + "-link", event.get("thread").asString());
    assertTrue(Instant.parse(event.get("time").asString()).isBefore(Instant.now()));
  }

  /** The first one of this logger, which is of this level. */
  private static String message(List<JsonNode> entries, String logger, String level) {
    JsonNode entry =
        entries.stream()
            .filter(one -> one.get("logger").asString().equals(logger))
            .findFirst()
            .orElseThrow();
    assertEquals(level, entry.get("level").asString());
    return entry.get("message").asString();
  }

  @Test
  void whatKeepsItFromItsWorkIsSaidAsTheRestIs() {
    host.ip("link", "add", node.interfaceName(), "type", "veth", "peer", "name", "other");
    Execution foreground = node.command("up", "--log-format=json", "--log-level=off").run();
    assertEquals(1, foreground.exitCode());
    assertEquals("", foreground.output());
    List<JsonNode> entries =
        foreground.errors().lines().map(JsonMapper.shared()::readTree).toList();
    String said = message(entries, "dev.zlayer.cli.UpCommand", "ERROR");
    assertTrue(said.startsWith("zlayer-overlay up: "), said);

    Execution background = node.command("up", "--detach", "--log-format=json").run();
    assertEquals(said, background.errors().replaceFirst(" \\(the log is .*\n", ""));
  }

  @Test
  void theJournalGetsPrioritiesAndNoTimes() {
    String launcher = Readme.ROOT.resolve("zlayer-overlay").toString();
    RunningCommand running =
        Command.of(
                "sh",
                "-c",
                "export JOURNAL_STREAM=$(stat -Lc %d:%i /dev/stderr); exec \"$@\"",
                "sh",
                launcher,
                "up",
                "--log-level=" + DEVICE + "=debug",
                "--data-dir=" + node.dataDirectory())
            .in(host)
            .start();
    node.awaitUp(running);
    changeMtu(1402);
    running.awaitText("MTU 1402", PATIENCE);
    assertTrue(
        running
            .errors()
            .lines()
            .anyMatch(line -> line.equals("<7>" + node.interfaceName() + ": MTU 1402, up")),
        running.errors());
  }

  @Test
  void outputElsewhereIsNotTheJournals() {
    RunningCommand running =
        node.command("up", "--log-level=" + DEVICE + "=debug")
            .with("JOURNAL_STREAM", "1:1")
            .start();
    node.awaitUp(running);
    changeMtu(1402);
    running.awaitText("Z DEBUG " + node.interfaceName() + ": MTU 1402, up", PATIENCE);
  }
}
