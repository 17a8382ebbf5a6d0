package dev.zlayer.overlay.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.SampleKeys;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsRecord.Origin;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.http.PageContent;
import dev.zlayer.overlay.http.PageNotFoundException;
import dev.zlayer.overlay.http.PageRequest;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.metrics.SampleStatus;
import dev.zlayer.overlay.state.JsonText;
import dev.zlayer.wireguard.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DashboardTest {
  private static final MeshFacts FACTS =
      new MeshFacts(
          SampleStatus.WORKER,
          new MeshNode(
              Cidr.parse("10.200.0.0/16"),
              IpText.parse("10.200.0.5"),
              Optional.of(Cidr.parse("fd00:200::/48")),
              SampleKeys.publicKey(100),
              false,
              Optional.empty(),
              Optional.of("me")),
          Optional.of("overlay.local"),
          List.of(
              record("node-0-5", "10.200.0.5", Origin.NODE),
              record("me", "10.200.0.5", Origin.HOSTNAME),
              record("node-0-1", "10.200.0.1", Origin.NODE),
              record("node-0-1", "fd00:200::1", Origin.ALIAS),
              record("leader", "10.200.0.1", Origin.ALIAS),
              record("node-0-2", "10.200.0.2", Origin.NODE),
              record("www.web", "10.200.0.2", Origin.HOSTNAME),
              record("wiki", "10.200.0.2", Origin.ADDED),
              record("api", "10.200.0.2", Origin.ADDED),
              record("api", "10.200.0.3", Origin.ADDED),
              record("printer", "10.200.0.99", Origin.ADDED)),
          Duration.ofSeconds(30));

  private Instant now = Instant.parse("2026-06-01T11:59:50.123456Z");
  private final Dashboard dashboard = new Dashboard("1.2.3", () -> FACTS, () -> now);

  private static DnsRecord record(String host, String address, Origin origin) {
    return new DnsRecord(host + ".overlay.local", IpText.parse(address), origin, false);
  }

  private PageContent show(String path, String query) throws IOException {
    return dashboard.pages().get(path).show(new PageRequest(query, _ -> Optional.empty()));
  }

  private static String text(PageContent content) {
    return new String(content.body(), StandardCharsets.UTF_8);
  }

  private String indented(String path, String query) throws IOException {
    return JsonText.indented(JsonText.parse(show(path, query).body())) + "\n";
  }

  private static String golden(String file) throws IOException {
    try (InputStream golden = DashboardTest.class.getResourceAsStream(file)) {
      return new String(golden.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void lookTwice() {
    dashboard.look();
    now = now.plus(Dashboard.STEP);
    dashboard.look();
  }

  @Test
  void showsANodeAndItsPeers() throws IOException {
    lookTwice();
    assertEquals(golden("mesh.json"), indented("/mesh.json", ""));
  }

  @Test
  void showsHowALinkFared() throws IOException {
    SampleStatus.WORKER.peers().stream()
        .flatMap(peer -> peer.health().stream())
        .forEach(dashboard::changed);
    lookTwice();
    assertEquals(golden("history-web.json"), indented("/history.json", "a=b&peer=w%65b"));
    assertEquals(golden("history.json"), indented("/history.json", ""));
  }

  @Test
  void thereIsNoHistoryOfStrangers() {
    for (String id : List.of("nobody", "%zz", "")) {
      PageNotFoundException refusal =
          assertThrows(PageNotFoundException.class, () -> show("/history.json", "peer=" + id));
      assertEquals("there is no peer '" + id + "'", refusal.getMessage());
    }
  }

  @Test
  void aPeerThatIsNotUpHasAReason() {
    Instant noon = Instant.parse("2026-06-01T12:00:00Z");
    PeerHealth down = SampleStatus.WORKER.peers().get(1).health().orElseThrow();
    assertFalse(down.healthy());
    assertEquals(
        List.of(
            Optional.empty(),
            Optional.of(
                "it doesn't answer at 192.0.2.2:51820 any more: the last handshake was 30 min ago"),
            Optional.empty()),
        SampleStatus.WORKER.peers().stream().map(peer -> DownReason.of(peer, noon)).toList());
    assertEquals(
        Optional.of("nothing came of it in the last 7 checks"),
        DownReason.of(SampleStatus.WORKER.peers().get(1), noon.minus(Duration.ofMinutes(29))));
  }

  @Test
  void thePageMayAskNobodyElseAndTellNobody() throws IOException {
    for (String path : dashboard.pages().keySet()) {
      Map<String, String> headers = show(path, "").headers();
      assertTrue(headers.get("Content-Security-Policy").startsWith("default-src 'none'; "), path);
      assertEquals("no-referrer", headers.get("Referrer-Policy"), path);
    }
  }

  @Test
  void eachFileHasItsType() throws IOException {
    assertEquals("text/html; charset=utf-8", show("/", "").type());
    assertTrue(text(show("/", "")).startsWith("<!doctype html>"));
    assertEquals("text/css; charset=utf-8", show("/dashboard.css", "").type());
    assertEquals("text/javascript; charset=utf-8", show("/dashboard.js", "").type());
    assertEquals("application/json", show("/mesh.json", "").type());
  }

  @Test
  void eachFileIsServed() throws IOException, URISyntaxException {
    Path folder = Path.of(Asset.class.getResource("index.html").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> served = dashboard.pages().keySet();
      assertEquals(
          Set.of(),
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> !file.endsWith(".class") && !file.equals("index.html"))
              .filter(file -> !served.contains("/" + file))
              .collect(Collectors.toSet()));
    }
  }
}
