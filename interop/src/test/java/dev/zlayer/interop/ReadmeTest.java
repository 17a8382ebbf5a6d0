package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** README's "Two nodes", typed as it stands. */
@Tag("root")
class ReadmeTest {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private static final List<Path> TRACES =
      List.of(
          Path.of("/run/netns/left"),
          Path.of("/run/netns/right"),
          Path.of("/tmp/zl-left"),
          Path.of("/tmp/zl-right"),
          Path.of("/var/run/wireguard/zl-left.sock"),
          Path.of("/var/run/wireguard/zl-right.sock"));

  @BeforeEach
  void requireThatNobodyElseFollowsTheReadme() {
    for (Path trace : TRACES) {
      assertFalse(
          Files.exists(trace),
          trace + " exists, which README's example makes: remove it, or wait for its owner");
    }
  }

  @Test
  void exampleWorksAsItStands() throws IOException {
    follow(block(0), block(1), "10.200.0.1", "leader of 10.200.0.0/16");
  }

  @Test
  void exampleWorksInIpv6AsTheTextSays() throws IOException {
    String example =
        block(0)
            .replace("left init ", "left init --cidr fd00:200::/48 ")
            .replace("10.200.0.", "fd00:200::");
    follow(example, block(1), "fd00:200::1", "leader of fd00:200::/48");
  }

  private static void follow(String example, String removal, String leaderIp, String status) {
    String marker = "-- the example has ended --";
    String script = "set -e\n" + example + "\necho '" + marker + "'\n" + removal;
    try {
      Execution typed =
          Command.of("bash", "-c", "cd '" + Readme.ROOT + "'\n" + script).within(LIMIT).run();
      typed.requireSuccess();
      String said = typed.output().substring(0, typed.output().indexOf(marker));
      assertEquals(2, said.split(Pattern.quote("3 received, 0% packet loss"), -1).length - 1, said);
      assertTrue(said.contains(leaderIp + "  " + status), said);
      for (Path trace : TRACES) {
        assertFalse(Files.exists(trace), trace + " is left over");
      }
    } finally {
      removeTraces();
    }
  }

  private static void removeTraces() {
    for (String namespace : List.of("left", "right")) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        Command.of("sh", "-c", "kill -9 $(ip netns pids " + namespace + ")").run();
        Command.of("ip", "netns", "delete", namespace).run();
      }
    }
    for (Path trace : TRACES) {
      Command.of("rm", "-rf", trace.toString()).run();
    }
  }

  /** The example is block 0, its removal block 1. */
  private static String block(int number) throws IOException {
    return Readme.twoBlocks("Two nodes", "bash").get(number);
  }
}
