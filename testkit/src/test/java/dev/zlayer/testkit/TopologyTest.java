package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class TopologyTest {
  private static final Duration INTERVAL = Duration.ofMillis(10);

  private final Topology network = new Topology();

  @Test
  void carriesBothProtocolsOverACable() {
    try (network) {
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      network.connect(
          alice.nic("192.0.2.1/24", "2001:db8::1/64"), bob.nic("192.0.2.2/24", "2001:db8::2/64"));
      assertEquals(3, Ping.run(alice, "192.0.2.2", 3, INTERVAL).received());
      assertEquals(3, Ping.run(bob, "2001:db8::1", 3, INTERVAL).received());
      assertEquals(2, Ping.run(bob, "192.0.2.99", 2, INTERVAL).lost());
    }
  }

  @Test
  void carriesAllPairsOverABridge() {
    try (network) {
      Netns alice = network.namespace();
      Netns bob = network.namespace();
      Netns carol = network.namespace();
      Netns bridge =
          network.bridge(
              alice.nic("192.0.2.1/24"), bob.nic("192.0.2.2/24"), carol.nic("192.0.2.3/24"));
      assertEquals(1, Ping.run(alice, "192.0.2.3", 1, INTERVAL).received());
      assertEquals(1, Ping.run(bob, "192.0.2.3", 1, INTERVAL).received());

      bridge.ip("link", "set", "port2", "down");
      assertEquals(0, Ping.run(bob, "192.0.2.3", 1, INTERVAL).received());
      assertEquals(1, Ping.run(bob, "192.0.2.1", 1, INTERVAL).received());
    }
  }

  @Test
  void endsProcessesThatWentToTheBackground() throws IOException {
    List<Long> pids;
    try (network) {
      Netns host = network.namespace();
      host.exec("sh", "-c", "setsid sleep 600 >/dev/null 2>&1 & echo started");
      pids = host.pids();
      assertEquals(1, pids.size());
    }
    assertEquals("", commandLine(pids.getFirst()));
  }

  @Test
  void endsProcessesThatItStartedAndTellsWhatTheyPrinted() {
    try (network) {
      Netns host = network.namespace();
      RunningCommand sleep = host.start("sh", "-c", "echo asleep; exec sleep 600");
      sleep.awaitText("asleep", Duration.ofSeconds(5));
      assertEquals(List.of(sleep.pid()), host.pids());
      assertEquals(143, sleep.stop().exitCode());
      assertFalse(sleep.isAlive());
    }
  }

  @Test
  void failureOfACommandInsideNamesItAndItsWords() {
    try (network) {
      Netns host = network.namespace();
      AssertionError error =
          assertThrows(AssertionError.class, () -> host.ip("link", "set", "eth9", "up"));
      assertTrue(error.getMessage().contains("ip -n " + host.name() + " link set eth9 up"));
      assertTrue(error.getMessage().contains("Cannot find device"), error.getMessage());
    }
  }

  /** Empty once a process has ended, even where nobody has collected its exit code yet. */
  private static String commandLine(long pid) throws IOException {
    Path file = Path.of("/proc/" + pid + "/cmdline");
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
