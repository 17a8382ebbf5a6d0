package dev.zlayer.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Debian's Chromium, without a screen, on one host. It is spoken to over pipes and so ends with us,
 * however we end; needs root.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Nothing of its own goes to the network, and nothing depends on the machine's graphics. */
  private static final List<String> OPTIONS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--remote-debugging-pipe",
          "--disable-gpu",
          "--disable-dev-shm-usage",
          "--disable-extensions",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-default-apps",
          "--disable-sync",
          "--metrics-recording-only",
          "--no-default-browser-check",
          "--no-first-run",
          "--no-proxy-server",
          "--hide-scrollbars",
          "--force-color-profile=srgb",
          "about:blank");

  private final Process process;
  private final Path profile;
  private final DevTools tools;

  private Chromium(Process process, Path profile) {
    this.process = process;
    this.profile = profile;
    this.tools = new DevTools(process.getOutputStream(), process.getInputStream());
  }

  /**
   * Starts it with a new profile.
   *
   * @throws AssertionError where it isn't installed
   */
  public static Chromium start(Netns host) {
    Tools.require("chromium", "chromium");
    try {
      Path profile = Files.createTempDirectory("zlayer-chromium");
      List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", host.name()));
      // It reads its orders from descriptor 3 and answers on 4.
      line.addAll(List.of("sh", "-c", "exec chromium \"$@\" 3<&0 4>&1 </dev/null >&2", "chromium"));
      line.add("--user-data-dir=" + profile);
      line.addAll(OPTIONS);
      ProcessBuilder builder = new ProcessBuilder(line);
      builder.environment().put("HOME", profile.toString());
      builder.environment().remove("DBUS_SESSION_BUS_ADDRESS");
      builder.redirectError(profile.resolve("stderr").toFile());
      return new Chromium(builder.start(), profile);
    } catch (IOException e) {
      throw new UncheckedIOException("can't start chromium", e);
    }
  }

  /** An empty page, seen by nobody else: it shares nothing with other pages. */
  public WebPage newPage() {
    String context = tools.call("Target.createBrowserContext").get("browserContextId").asString();
    String target =
        tools
            .call("Target.createTarget", "url", "about:blank", "browserContextId", context)
            .get("targetId")
            .asString();
    return new WebPage(tools, context, target);
  }

  /** Ends it with all its processes, and forgets its profile. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    Eventually.within(
        GRACE, "the end of chromium", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    delete(profile);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
