package dev.zlayer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/**
 * A page in {@link Chromium}, used as a person uses it and looked at from behind. Not thread safe.
 */
public final class WebPage implements AutoCloseable {
  private static final Duration LOADING = Duration.ofSeconds(20);

  /** What a key is called, and its code where it isn't a letter's. */
  private static final Map<String, Integer> KEY_CODES =
      Map.of(
          "Tab",
          9,
          "Enter",
          13,
          "Escape",
          27,
          " ",
          32,
          "PageUp",
          33,
          "PageDown",
          34,
          "End",
          35,
          "Home",
          36,
          "ArrowUp",
          38,
          "ArrowDown",
          40);

  private final DevTools tools;
  private final String context;
  private final String session;
  private final Map<String, String> media = new TreeMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  WebPage(DevTools tools, String context, String target) {
    this.tools = tools;
    this.context = context;
    this.session =
        tools
            .call("Target.attachToTarget", "targetId", target, "flatten", true)
            .get("sessionId")
            .asString();
    tools.listen(event -> {
      if (event.path("sessionId").asString("").equals(session)) {
        hear(event.get("method").asString(), event.path("params"));
      }
    });
    for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
      call(domain + ".enable");
    }
  }

  /**
   * Goes to an address and waits until all of it is there.
   *
   * @throws AssertionError when it can't be had
   */
  public void open(String url) {
    String error = call("Page.navigate", "url", url).path("errorText").asString("");
    if (!error.isEmpty()) {
      throw new AssertionError(url + ": " + error);
    }
    await("document.readyState === 'complete'", LOADING);
  }

  /**
   * What an expression of JavaScript gives, or its promise.
   *
   * @throws AssertionError where it throws
   */
  public JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** What an expression gives, as text. */
  public String text(String expression) {
    return evaluate(expression).asString("");
  }

  /**
   * Waits until an expression is true.
   *
   * @throws AssertionError when it isn't within {@code limit}; with what the page shows
   */
  public void await(String expression, Duration limit) {
    Eventually.within(
        limit,
        () -> expression + " on a page with: " + text("document.body?.innerText"),
        () -> evaluate("Boolean(" + expression + ")").asBoolean());
  }

  /** Presses a key by its name: {@code Tab}, {@code Enter}, {@code ArrowDown}, {@code " "}. */
  public void press(String key) {
    String text = key.equals("Enter") ? "\r" : key.equals(" ") ? " " : "";
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "code",
          key.equals(" ") ? "Space" : key,
          "text",
          type.equals("keyUp") ? "" : text,
          "windowsVirtualKeyCode",
          KEY_CODES.get(key));
    }
  }

  /** Types a text to where the focus is. */
  public void type(String text) {
    call("Input.insertText", "text", text);
  }

  /** How large the window is, in CSS pixels. */
  public void resize(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        false);
  }

  /** Has a person prefer something: {@code prefer("color-scheme", "dark")}. */
  public void prefer(String feature, String value) {
    media.put("prefers-" + feature, value);
    call(
        "Emulation.setEmulatedMedia",
        "features",
        media.entrySet().stream()
            .map(entry -> Map.of("name", entry.getKey(), "value", entry.getValue()))
            .toList());
  }

  /** Writes what is to be seen as a PNG; folders are made. */
  public void screenshot(Path file) {
    String image = call("Page.captureScreenshot", "format", "png").get("data").asString();
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The page as a screen reader has it: its nodes, each with {@code role} and {@code name}. */
  public List<JsonNode> accessibilityTree() {
    return call("Accessibility.getFullAXTree").get("nodes").valueStream().toList();
  }

  /** Every address that was asked for so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What the console shows so far: exceptions, errors, warnings, violations of policy. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Closes it, with its connections. */
  @Override
  public void close() {
    tools.call("Target.disposeBrowserContext", "browserContextId", context);
  }

  private void hear(String method, JsonNode what) {
    switch (method) {
      case "Network.requestWillBeSent" -> requests.add(what.at("/request/url").asString());
      case "Runtime.exceptionThrown" -> complaints.add(what.get("exceptionDetails").toString());
      case "Runtime.consoleAPICalled" -> complaints.add(what.get("args").toString());
      case "Log.entryAdded" -> complaints.add(what.at("/entry").toString());
      default -> {}
    }
  }

  private JsonNode call(String method, Object... words) {
    return tools.callIn(session, method, words);
  }
}
