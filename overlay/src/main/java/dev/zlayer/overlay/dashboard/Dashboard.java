package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.health.HealthListener;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageContent;
import dev.zlayer.overlay.http.PageNotFoundException;
import dev.zlayer.overlay.http.PageRequest;
import dev.zlayer.overlay.state.JsonText;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a browser is shown of a node. It remembers what it is told: a look every {@link #STEP}, and
 * each change of a verdict. Thread safe.
 */
public final class Dashboard implements HealthListener {
  /** From one {@link #look} to the next. */
  public static final Duration STEP = History.STEP;

  /**
   * The page runs its own scripts and styles alone, makes no markup of text, asks nobody but this
   * server, can't be framed, and tells nobody where its reader came from.
   */
  static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
              + " img-src 'self' data:; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
          "Referrer-Policy",
          "no-referrer");

  /** Beside {@code index.html}, which is the page. */
  private static final List<String> ASSETS =
      List.of(
          "changes.js",
          "chart.js",
          "conditions.js",
          "dashboard.css",
          "dashboard.js",
          "detail.js",
          "dom.js",
          "feed.js",
          "mesh.js",
          "names.js",
          "nodes.js",
          "picture.js",
          "summary.js",
          "words.js");

  private final String version;
  private final Supplier<MeshFacts> facts;
  private final InstantSource clock;
  private final History history;

  /**
   * @param version of this software
   * @param facts the node as it is now
   */
  public Dashboard(String version, Supplier<MeshFacts> facts, InstantSource clock) {
    this.version = version;
    this.facts = facts;
    this.clock = clock;
    this.history = new History(clock.instant());
  }

  /** What there is to see, by its path. */
  public Map<String, Page> pages() {
    Map<String, Page> pages = new LinkedHashMap<>();
    pages.put("/", new Asset("index.html"));
    ASSETS.forEach(file -> pages.put("/" + file, new Asset(file)));
    pages.put("/mesh.json", _ -> json(mesh()));
    pages.put("/history.json", request -> json(history(request)));
    return pages;
  }

  /** Remembers how the node's links fare. */
  public void look() {
    history.sample(clock.instant(), facts.get().status().peers());
  }

  /** Remembers when that was. */
  @Override
  public void changed(PeerHealth peer) {
    Instant at = peer.since().orElseGet(clock::instant);
    history.changed(peer.publicKey(), at, peer.healthy());
  }

  private ObjectNode mesh() {
    return MeshJson.of(version, facts.get(), history, clock.instant());
  }

  private ObjectNode history(PageRequest request) throws PageNotFoundException {
    Optional<String> id = parameter(request.query(), "peer");
    if (id.isEmpty()) {
      return HistoryJson.of(id, history.total());
    }
    PeerConfig peer =
        facts.get().status().peers().stream()
            .map(NodeStatus.Peer::config)
            .filter(config -> config.nodeId().equals(id.get()))
            .findFirst()
            .orElseThrow(() -> new PageNotFoundException("there is no peer '" + id.get() + "'"));
    return HistoryJson.of(id, history.of(peer.publicKey()));
  }

  private static Optional<String> parameter(String query, String name) {
    return Arrays.stream(query.split("&", -1))
        .filter(parameter -> parameter.startsWith(name + "="))
        .map(parameter -> decoded(parameter.substring(name.length() + 1)))
        .findFirst();
  }

  /** As it stands where it isn't encoded as it should be; nobody is called so. */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private static PageContent json(ObjectNode json) throws IOException {
    return new PageContent("application/json", JsonText.compactBytes(json), HEADERS);
  }
}
