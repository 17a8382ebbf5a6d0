package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Chromium;
import dev.zlayer.testkit.WebPage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node's dashboard in a browser. */
final class DashboardPage implements AutoCloseable {
  private static final Path SCREENSHOTS = Path.of(System.getProperty("zlayer.screenshots"));

  /** The page asks every 3 seconds; the rest is for a busy machine. */
  private static final Duration REFRESH = Duration.ofSeconds(20);

  private final WebPage page;
  private final String origin;

  private DashboardPage(WebPage page, String origin) {
    this.page = page;
    this.origin = origin;
  }

  /** Opens it and waits until it shows the mesh. */
  static DashboardPage open(Chromium browser, String origin) {
    DashboardPage made = new DashboardPage(browser.newPage(), origin);
    made.page.resize(1920, 1080);
    made.page.prefer("reduced-motion", "reduce");
    made.page.open(origin);
    made.page.await("!document.getElementById('main').hidden", REFRESH);
    return made;
  }

  WebPage page() {
    return page;
  }

  String textOf(String selector) {
    return page.text("document.querySelector(\"" + selector + "\")?.textContent");
  }

  void awaitText(String selector, String expression, Duration limit) {
    page.await(
        "/%s/.test(document.querySelector(\"%s\").textContent)".formatted(expression, selector),
        limit);
  }

  /** Waits until the node has answered once more. */
  void awaitRefresh() {
    String before = textOf("#freshness");
    page.await(
        "document.getElementById('freshness').textContent !== '%s'".formatted(before), REFRESH);
  }

  /** The state of a peer: as the table has it, and as the picture has it. */
  List<String> statesOf(String peer) {
    return List.of(
        page.text(rowOf(peer) + ".dataset.state"),
        page.text(
            ("document.querySelector(`#picture [data-key=\"${%s.dataset.key}\"]`)"
                    + ".getAttribute('data-state')")
                .formatted(rowOf(peer))));
  }

  /** An expression for the row of a peer. */
  static String rowOf(String peer) {
    return "[...document.querySelectorAll('#node-rows tr')]"
        + ".find(row => row.querySelector('button').textContent === '%s')".formatted(peer);
  }

  /** The peers in the table, from the top. */
  List<String> shownPeers() {
    return page.evaluate(
            "[...document.querySelectorAll('#node-rows tr:not([hidden]) button')]"
                + ".map(button => button.textContent)")
        .valueStream()
        .map(name -> name.asString())
        .toList();
  }

  /** Presses Tab until {@code condition} holds of the focused element {@code focused}. */
  void tabTo(String condition) {
    for (int i = 0; i < 40; i++) {
      page.press("Tab");
      if (page.evaluate("(focused => Boolean(" + condition + "))(document.activeElement)")
          .asBoolean()) {
        return;
      }
    }
    throw new AssertionError("Tab doesn't come to where " + condition);
  }

  /** What Tab comes to, in its order, from the top of the page and back to it. */
  List<String> tabOrder() {
    List<String> order = new ArrayList<>();
    page.evaluate("document.activeElement.blur()");
    for (int i = 0; i < 40; i++) {
      page.press("Tab");
      if (page.evaluate("document.activeElement === document.body").asBoolean()) {
        return order;
      }
      String outline = "getComputedStyle(%s).outlineStyle";
      String seen =
          page.evaluate("document.activeElement.type === 'radio'").asBoolean()
              ? outline.formatted("document.activeElement.nextElementSibling")
              : outline.formatted("document.activeElement");
      order.add(
          page.text(
              "(focused => focused.id || (focused.labels?.[0] ?? focused).textContent.trim())"
                  + "(document.activeElement)"));
      assertEquals("solid", page.text(seen), () -> "the focus on " + order.getLast());
    }
    throw new AssertionError("Tab doesn't leave the page: " + order);
  }

  /** For people: {@code target/screenshots/NAME.png}. */
  void screenshot(String name, int width, int height, String scheme) {
    page.resize(width, height);
    page.prefer("color-scheme", scheme);
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))");
    page.screenshot(SCREENSHOTS.resolve(name + ".png"));
  }

  /** Fails if it has asked anybody else for anything, or the console has anything to say. */
  void assertKeptToItself() {
    assertEquals(
        List.of(),
        page.requests().stream()
            .filter(url -> !url.startsWith(origin) && !url.startsWith("data:"))
            .toList());
    assertTrue(page.requests().contains(origin + "mesh.json"), () -> page.requests().toString());
    assertEquals(List.of(), page.complaints());
  }

  @Override
  public void close() {
    page.close();
  }
}
