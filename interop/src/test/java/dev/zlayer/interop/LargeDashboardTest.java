package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.testkit.Chromium;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.SeededEntropy;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WebPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a leader with 499 peers, none of which is there. */
@Tag("root")
class LargeDashboardTest {
  private static final int PEERS = 499;
  private static final Duration LIMIT = Duration.ofSeconds(40);

  /** Nobody waits for longer without wondering; far above what a refresh takes. */
  private static final int STALL_MILLIS = 1000;

  @TempDir private Path folder;

  @BeforeAll
  static void requireChromium() {
    Tools.require("chromium", "chromium");
  }

  @Test
  void shows500Nodes() {
    try (Topology network = new Topology()) {
      Netns host = network.namespace();
      Node leader = leader(host);
      leader.up("--dashboard", "loopback", "--health-interval", "1");
      try (Chromium browser = Chromium.start(host);
          DashboardPage dashboard = DashboardPage.open(browser, "http://127.0.0.1:15381/")) {
        WebPage page = dashboard.page();
        page.evaluate(
            "window.stalls = []; new PerformanceObserver(list => stalls.push("
                + "...list.getEntries().map(task => task.duration))).observe({type: 'longtask'})");
        dashboard.awaitText("#verdict", "^500 nodes, [1-9]\\d* DOWN", LIMIT);
        assertEquals(PEERS, page.evaluate(count("#picture [data-key]")).asInt());
        assertTrue(
            page.evaluate(
                    count("#picture [data-key][data-state=down]")
                        + " === "
                        + count("#node-rows [data-state=down]"))
                .asBoolean());
        assertEquals(PEERS, dashboard.shownPeers().size());
        assertEquals("peer-1", dashboard.shownPeers().getFirst());
        dashboard.screenshot("500-nodes-light", 1440, 1000, "light");
        dashboard.screenshot("500-nodes-narrow-dark", 390, 1000, "dark");
        page.resize(1440, 900);

        page.evaluate("document.querySelector('[data-column=id] button').click()");
        assertEquals("peer-499", dashboard.shownPeers().getFirst());
        page.evaluate("document.getElementById('filter-text').focus()");
        page.type("peer-42");
        assertEquals(
            IntStream.concat(IntStream.rangeClosed(420, 429).map(i -> 849 - i), IntStream.of(42))
                .mapToObj(i -> "peer-" + i)
                .toList(),
            dashboard.shownPeers());
        page.evaluate("document.querySelector('input[value=up]').click()");
        assertEquals(List.of(), dashboard.shownPeers());

        dashboard.awaitRefresh();
        dashboard.awaitRefresh();
        List<Double> stalls =
            page.evaluate("stalls").valueStream().map(stall -> stall.asDouble()).toList();
        assertTrue(stalls.stream().allMatch(stall -> stall < STALL_MILLIS), stalls::toString);
        dashboard.assertKeptToItself();
      }
    }
  }

  private static String count(String selector) {
    return "document.querySelectorAll('%s').length".formatted(selector);
  }

  /** Few of its peers say where they are. */
  private Node leader(Netns host) {
    SeededEntropy entropy = SeededEntropy.of(500);
    BootstrapOptions options =
        BootstrapOptions.DEFAULT
            .withInterfaceName(Node.nextInterfaceName())
            .withEndpoint(HostPort.parse("192.0.2.1:51820"));
    try (OverlayBootstrap made =
        OverlayBootstrap.initLeader(Node.CIDR, 51820, folder.resolve("leader"), options)) {
      for (int i = 1; i <= PEERS; i++) {
        String key = Crypto.system().publicKey(PrivateKey.generate(entropy::fill)).toBase64();
        PeerConfig peer =
            PeerConfig.of("peer-" + i, key).withOverlayIp(made.nextFreeAddress().orElseThrow());
        made.addPeer(
            i % 50 == 1 ? peer.withEndpoint(HostPort.parse("192.0.2.9:" + (20000 + i))) : peer);
      }
      return Node.of(host, made.node());
    }
  }
}
