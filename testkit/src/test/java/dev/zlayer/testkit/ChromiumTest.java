package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ChromiumTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  private static final String PAGE =
      """
      <meta http-equiv="Content-Security-Policy" content="script-src 'none'">
      <title>Form</title>
      <h1>A page</h1>
      <button>One</button><input aria-label="Two">
      <img src="http://192.0.2.9/elsewhere.png" alt="">
      <script>document.title = "changed";</script>
      """;

  @TempDir private Path folder;

  @Test
  void usesAPageAndTellsWhatItDoes() throws IOException {
    try (Netns host = Netns.create()) {
      try (Chromium browser = Chromium.start(host)) {
        WebPage page = browser.newPage();
        page.resize(400, 300);
        page.open(dataUrl(PAGE));
        assertEquals("Form", page.text("document.title"));
        page.press("Tab");
        assertEquals("One", page.text("document.activeElement.textContent"));
        page.press("Tab");
        page.type("typed");
        assertEquals("typed", page.text("document.querySelector('input').value"));
        assertEquals(400, page.evaluate("innerWidth").asInt());

        page.prefer("color-scheme", "dark");
        page.prefer("reduced-motion", "reduce");
        page.await(
            "matchMedia('(prefers-color-scheme: dark) and (prefers-reduced-motion)').matches",
            LIMIT);

        assertTrue(
            page.accessibilityTree().stream()
                .anyMatch(node ->
                    node.at("/role/value").asString("").equals("textbox")
                        && node.at("/name/value").asString("").equals("Two")));
        assertTrue(page.requests().contains("http://192.0.2.9/elsewhere.png"));
        List<String> complaints = page.complaints();
        assertTrue(
            complaints.stream().anyMatch(text -> text.contains("Content Security Policy")),
            complaints::toString);

        Path picture = folder.resolve("made/page.png");
        page.screenshot(picture);
        assertArrayEquals(PNG, Arrays.copyOf(Files.readAllBytes(picture), PNG.length));

        assertThrows(AssertionError.class, () -> page.evaluate("nothing.here"));
        AssertionError unreached =
            assertThrows(AssertionError.class, () -> page.open("http://127.0.0.1:9/"));
        assertTrue(unreached.getMessage().contains("net::ERR_"), unreached::getMessage);
      }
      assertEquals(List.of(), host.pids());
    }
  }

  private static String dataUrl(String html) {
    byte[] octets = html.getBytes(StandardCharsets.UTF_8);
    return "data:text/html;base64," + Base64.getEncoder().encodeToString(octets);
  }
}
