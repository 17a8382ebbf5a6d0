package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;

/**
 * A neighbour on the underlay without an address of the overlay, who sends to a node's overlay
 * address all the same.
 *
 * @param host where it is: 192.0.2.2, with the node at 192.0.2.1
 */
record Stranger(Netns host) {
  private static final String ADDRESS = "198.51.100.9";

  /** One to whom {@code node} would answer by way of the underlay. */
  static Stranger near(Node node, Netns host) {
    Command.of("ip", "address", "add", ADDRESS + "/32", "dev", "lo").in(host).output();
    Command.of("ip", "rule", "add", "from", ADDRESS, "table", "9").in(host).output();
    Command.of("ip", "route", "add", "default", "via", "192.0.2.1", "table", "9").in(host).output();
    Command.of("ip", "route", "add", ADDRESS + "/32", "via", "192.0.2.2").in(node.host()).output();
    return new Stranger(host);
  }

  /** Fails unless somebody is there who closes the connection without a word. */
  void assertIsHungUpOn(String url) {
    Execution curl = Command.of("curl", "-sS", "-m5", "--interface", ADDRESS, url).in(host).run();
    assertEquals("", curl.output());
    assertNotEquals(0, curl.exitCode());
    // It was there: who hangs up says so, and no time has run out.
    assertTrue(
        curl.errors().contains("Empty reply") || curl.errors().contains("reset"), curl::errors);
  }
}
