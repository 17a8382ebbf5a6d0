package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Chromium;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Tools;
import dev.zlayer.testkit.WebPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The leader's dashboard, which a person on another member looks at through the tunnel.
 *
 * <pre>
 *   leader               web                  db                   stranger
 *   192.0.2.1            192.0.2.2            192.0.2.3            192.0.2.4
 *   dashboard            Chromium             |                    |
 *       +--------------------+----------------+--------------------+
 * </pre>
 */
@Tag("root")
class DashboardTest {
  /** A few checks of the peers, and the page's next question, on a busy machine. */
  private static final Duration NOTICE = Duration.ofSeconds(30);

  @TempDir private static Path folder;
  private static TokenMesh mesh;
  private static RunningCommand db;
  private static Chromium browser;
  private static String origin;

  @BeforeAll
  static void startMeshAndBrowser() {
    Tools.require("chromium", "chromium");
    mesh = TokenMesh.start(3, folder, "--dashboard", "overlay", "--health-interval", "1");
    RunningCommand web = mesh.startMember(1, mesh.invite("web"));
    db = mesh.startMember(2, mesh.invite("db"));
    mesh.awaitMember(1, web);
    mesh.awaitMember(2, db);
    origin = "http://" + mesh.leader().overlayIp() + ":15381/";
    browser = Chromium.start(mesh.machine(1));
  }

  @AfterAll
  static void end() {
    try {
      if (browser != null) {
        browser.close();
      }
    } finally {
      if (mesh != null) {
        mesh.close();
      }
    }
  }

  @Test
  void followsANodeThatGoesDownAndComesBack() {
    try (DashboardPage dashboard = DashboardPage.open(browser, origin)) {
      dashboard.awaitText("#verdict", "^All is well: 3 nodes, all UP$", NOTICE);
      assertEquals(List.of("up", "up"), dashboard.statesOf("db"));
      assertEquals("", dashboard.textOf("#changes"));

      db.signal("STOP");
      try {
        dashboard.awaitText(
            "#verdict", "^3 nodes, 1 DOWN: db since \\d\\d:\\d\\d \\(\\d+ s\\)$", NOTICE);
        assertEquals(List.of("down", "down"), dashboard.statesOf("db"));
        assertEquals(List.of("up", "up"), dashboard.statesOf("web"));
        assertEquals("db is DOWN.", dashboard.textOf("#changes"));
        assertTrue(dashboard.page().text("document.title").startsWith("1 DOWN"));
        dashboard.awaitText("#conditions-list", "peer-down.*db.*Remedy: ", NOTICE);
        dashboard.page().evaluate(DashboardPage.rowOf("db") + ".click()");
        dashboard.awaitText("#detail .lines", "RTT: now", NOTICE);
        dashboard.awaitText("#detail .history", "DOWN", NOTICE);
        assertToldToAScreenReader(dashboard.page());
        assertNobodyIsShutOut();
      } finally {
        db.signal("CONT");
      }
      dashboard.awaitText("#verdict", "^All is well", NOTICE);
      assertEquals(List.of("up", "up"), dashboard.statesOf("db"));
      assertEquals("db is UP.", dashboard.textOf("#changes"));
      dashboard.assertKeptToItself();
    }
  }

  private static void assertToldToAScreenReader(WebPage page) {
    List<JsonNode> tree = page.accessibilityTree();
    Set<String> roles = tree.stream().map(DashboardTest::roleOf).collect(Collectors.toSet());
    assertTrue(
        roles.containsAll(
            Set.of("banner", "main", "region", "table", "columnheader", "rowheader", "status")),
        roles::toString);
    List<String> pictures =
        tree.stream()
            .filter(node -> roleOf(node).equals("image"))
            .map(node -> node.at("/name/value").asString(""))
            .toList();
    assertTrue(
        pictures.stream().anyMatch(name -> name.contains("2 peers: 1 UP, 1 DOWN (db), 0 unknown")),
        pictures::toString);
    assertTrue(
        pictures.stream().anyMatch(name -> name.startsWith("Round trip over 30 minutes. RTT: ")),
        pictures::toString);
  }

  private static String roleOf(JsonNode node) {
    return node.at("/role/value").asString("");
  }

  /** By colours, sizes or words, in either scheme and on any screen. */
  private static void assertNobodyIsShutOut() {
    try (DashboardPage dashboard = DashboardPage.open(browser, origin + "#peer=db")) {
      dashboard.awaitText("#detail .lines", "RTT: now", NOTICE);
      for (String scheme : List.of("light", "dark")) {
        dashboard.screenshot("three-nodes-" + scheme, 1440, 1000, scheme);
        assertEquals(List.of(), Axe.violations(dashboard.page()), scheme);
      }
      for (int width : new int[] {2560, 800, 360}) {
        dashboard.screenshot("three-nodes-" + width, width, 1000, "light");
        assertEquals(
            width, dashboard.page().evaluate("document.documentElement.scrollWidth").asInt());
      }
      assertEquals(List.of(), Axe.violations(dashboard.page()), "narrow");
    }
  }

  @Test
  void isUsedByKeyboardAlone() {
    try (DashboardPage dashboard = DashboardPage.open(browser, origin)) {
      WebPage page = dashboard.page();
      assertEquals(
          List.of(
              "Skip to the peers",
              "filter-text",
              "All 2",
              "Peer",
              "Address",
              "State",
              "RTT",
              "Loss",
              "In",
              "Out",
              "Handshake",
              "Endpoint",
              "db",
              "names-text",
              "names-scroll"),
          dashboard.tabOrder());

      dashboard.tabTo("focused.textContent === 'Peer'");
      assertEquals(List.of("db", "web"), dashboard.shownPeers());
      page.press("Enter");
      assertEquals("descending", page.text("document.activeElement.parentElement.ariaSort"));
      assertEquals(List.of("web", "db"), dashboard.shownPeers());

      dashboard.tabTo("focused.closest('#node-rows')");
      page.press("Home");
      page.press("ArrowDown");
      assertEquals("db", page.text("document.activeElement.textContent"));
      page.press("Enter");
      assertEquals("db", dashboard.textOf("#detail-title"));
      dashboard.awaitRefresh();
      assertEquals("db", page.text("document.activeElement.textContent"));

      page.press("Tab");
      assertEquals("Show all peers", page.text("document.activeElement.textContent"));
      page.press("Enter");
      assertEquals("All peers", dashboard.textOf("#detail-title"));
      assertEquals("db", page.text("document.activeElement.textContent"));
      dashboard.assertKeptToItself();
    }
  }

  @Test
  void saysThatItIsOldWhileTheNodeIsSilent() {
    try (DashboardPage dashboard = DashboardPage.open(browser, origin)) {
      mesh.leading().signal("STOP");
      try {
        dashboard.page().await("!document.getElementById('silence').hidden", NOTICE);
        dashboard.awaitText(
            "#silence",
            "^No answer from the node since \\d\\d:\\d\\d:\\d\\d; what you see is old.$",
            NOTICE);
        dashboard.awaitText("#verdict", "^At \\d\\d:\\d\\d:\\d\\d: .*3 nodes", NOTICE);
        dashboard.screenshot("silent-node", 1440, 900, "light");
      } finally {
        mesh.leading().signal("CONT");
      }
      dashboard.page().await("document.getElementById('silence').hidden", NOTICE);
      dashboard.awaitRefresh();
    }
  }

  /** What others are called is text, whatever it says: the browser sees to that. */
  @Test
  void makesNoMarkupOfText() {
    try (DashboardPage dashboard = DashboardPage.open(browser, origin)) {
      AssertionError refused =
          assertThrows(
              AssertionError.class,
              () -> dashboard.page().evaluate("document.body.innerHTML = '<b>web</b>'"));
      assertTrue(refused.getMessage().contains("TrustedHTML"), refused::getMessage);
    }
  }

  @Test
  void isNotForStrangers() {
    Netns stranger = mesh.machine(3);
    stranger.ip("route", "add", mesh.leader().overlayIp(), "via", "192.0.2.1");
    try (Chromium strangers = Chromium.start(stranger)) {
      AssertionError refused =
          assertThrows(AssertionError.class, () -> strangers.newPage().open(origin));
      // It was there: who hangs up says so, and no time has run out.
      assertTrue(
          Set.of(
                  "net::ERR_EMPTY_RESPONSE",
                  "net::ERR_CONNECTION_RESET",
                  "net::ERR_SOCKET_NOT_CONNECTED")
              .stream()
              .anyMatch(refused.getMessage()::contains),
          refused::getMessage);
    }
  }
}
