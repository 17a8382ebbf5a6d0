package dev.zlayer.interop;

import dev.zlayer.testkit.WebPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** What axe-core finds wrong with a page for those who can't see it, or not well. */
final class Axe {
  private static final String SCRIPT = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

  private Axe() {}

  /** Each violation with the element that it was found at. */
  static List<String> violations(WebPage page) {
    page.evaluate(script() + "; 0");
    return page.evaluate("axe.run().then(found => found.violations)")
        .valueStream()
        .map(Axe::describe)
        .toList();
  }

  private static String describe(JsonNode violation) {
    JsonNode node = violation.at("/nodes/0");
    return violation.get("id").asString()
        + ": "
        + node.path("html").asString("")
        + " "
        + node.path("failureSummary").asString("");
  }

  private static String script() {
    try (InputStream script = Objects.requireNonNull(Axe.class.getResourceAsStream(SCRIPT))) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
