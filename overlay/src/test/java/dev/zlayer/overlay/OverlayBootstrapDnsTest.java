package dev.zlayer.overlay;

import static dev.zlayer.overlay.SampleKeys.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.dns.DnsConfig;
import dev.zlayer.overlay.dns.DnsHandle;
import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.state.StateFileException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is kept of DNS, without an interface and so without privileges. */
class OverlayBootstrapDnsTest {
  private static final InetAddress WEB = IpText.parse("10.200.0.5");

  @TempDir Path temp;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = temp.resolve("node");
  }

  private OverlayBootstrap leader() {
    return OverlayBootstrap.initLeader("10.200.0.0/16", 51820, directory);
  }

  private OverlayBootstrap loaded() {
    return OverlayBootstrap.load(directory);
  }

  private static List<String> names(DnsHandle handle) {
    return handle.records().stream()
        .map(record -> record.name() + " " + IpText.format(record.address()))
        .toList();
  }

  private ObjectNode state() throws IOException {
    return (ObjectNode)
        JsonMapper.shared()
            .readTree(Files.readAllBytes(directory.resolve("overlay_bootstrap.json")));
  }

  @Test
  void dnsIsForThoseWhoAskForIt() throws IOException {
    try (OverlayBootstrap node = leader()) {
      assertFalse(node.dnsEnabled());
      assertFalse(node.dnsDecided());
      assertEquals(Optional.empty(), node.dnsHandle());
      assertFalse(node.dns().enabled());
      assertEquals(List.of(), node.dns().records());
      assertThrows(OverlayException.class, () -> node.addDnsRecord("web", WEB));
    }
    assertFalse(state().path("zlayer_java").has("dns"));
  }

  @Test
  void whatWasAskedForOutlivesTheProcess() {
    try (OverlayBootstrap node = leader().withDns("Corp.Example.", 5353)) {
      assertTrue(node.dnsEnabled());
    }
    DnsConfig whole =
        DnsConfig.of("corp.example")
            .withPort(5354)
            .withTtl(Duration.ofSeconds(1))
            .withNegativeTtl(Duration.ofSeconds(2))
            .withUpstreams(List.of(HostPort.parse("[2001:db8::53]:53")))
            .withoutForwarding();
    try (OverlayBootstrap node = loaded()) {
      assertTrue(node.dnsEnabled());
      assertTrue(node.dnsDecided());
      assertEquals(DnsConfig.of("corp.example").withPort(5353), node.dnsConfig());
      assertEquals(IpText.parse("10.200.0.1"), node.dns().addresses().getFirst());
      node.withDns(whole);
    }
    try (OverlayBootstrap node = loaded()) {
      assertEquals(whole, node.dnsConfig());
      node.withoutDns();
    }
    try (OverlayBootstrap node = loaded()) {
      assertFalse(node.dnsEnabled());
      assertTrue(node.dnsDecided());
      assertEquals(whole, node.dnsConfig());
      node.withDnsDefault("overlay.local");
      assertEquals(OverlayBootstrap.DEFAULT_DNS_PORT, node.dnsConfig().port());
    }
  }

  @Test
  void namesAreThoseOfTheMeshAndTheAddedOnes() {
    try (OverlayBootstrap node = leader().withDnsDefault("overlay.local")) {
      DnsHandle names = node.dnsHandle().orElseThrow();
      node.addPeer(PeerConfig.of("a", key(1)).withOverlayIp(WEB).withHostname("web"));
      assertTrue(names.addRecord("api.web", IpText.parse("10.200.0.9")));
      assertFalse(names.addRecord("API.web.overlay.local", IpText.parse("10.200.0.9")));
      assertEquals(
          List.of(
              "leader.overlay.local 10.200.0.1",
              "node-0-1.overlay.local 10.200.0.1",
              "node-0-5.overlay.local 10.200.0.5",
              "ns.overlay.local 10.200.0.1",
              "web.overlay.local 10.200.0.5",
              "api.web.overlay.local 10.200.0.9"),
          names(names));
      node.removePeer("a");
      assertEquals(4, names.records().size());
    }
  }

  @Test
  void addedNamesOutliveTheProcessAndAChangeOfZone() {
    try (OverlayBootstrap node = leader().withDnsDefault("overlay.local")) {
      DnsHandle names = node.dnsHandle().orElseThrow();
      names.addRecord("web", WEB);
      names.addRecord("web", IpText.parse("fd00::6"));
      names.addRecord("db.overlay.local.", WEB);
    }
    try (OverlayBootstrap node = loaded()) {
      node.withDnsDefault("corp.example");
      DnsHandle names = node.dnsHandle().orElseThrow();
      assertTrue(names(names).contains("web.corp.example fd00::6"));
      assertTrue(names.removeRecord("web.corp.example", IpText.parse("fd00::6")));
      assertFalse(names.removeRecord("web", IpText.parse("fd00::6")));
      assertTrue(names.removeRecord("db"));
      assertFalse(names.removeRecord("db"));
    }
    try (OverlayBootstrap node = loaded()) {
      assertEquals(
          List.of("web.corp.example"),
          node.dns().records().stream()
              .filter(record -> record.origin() == DnsRecord.Origin.ADDED)
              .map(DnsRecord::name)
              .toList());
    }
  }

  @Test
  void aNameThatANodeHasTakenSinceCanStillBeRemoved() {
    try (OverlayBootstrap node = leader().withDnsDefault("overlay.local")) {
      node.addDnsRecord("node-0-5", IpText.parse("10.200.0.9"));
      node.addPeer(PeerConfig.of("a", key(1)).withOverlayIp(WEB));
      assertTrue(
          names(node.dnsHandle().orElseThrow()).contains("node-0-5.overlay.local 10.200.0.5"));
      assertThrows(
          IllegalArgumentException.class,
          () -> node.addDnsRecord("node-0-5", IpText.parse("10.200.0.8")));
      assertTrue(node.removeDnsRecord("node-0-5", Optional.empty()));
      assertTrue(
          names(node.dnsHandle().orElseThrow()).contains("node-0-5.overlay.local 10.200.0.5"));
    }
  }

  @Test
  void aWorkerKnowsItsLeadersName() {
    try (OverlayBootstrap node =
        OverlayBootstrap.join(
            "10.200.0.0/16",
            "vpn.example.org:51820",
            key(1),
            IpText.parse("10.200.0.1"),
            WEB,
            51820,
            directory)) {
      DnsHandle names = node.withDnsDefault("overlay.local").dnsHandle().orElseThrow();
      assertEquals(
          List.of(
              "leader.overlay.local 10.200.0.1",
              "node-0-1.overlay.local 10.200.0.1",
              "node-0-5.overlay.local 10.200.0.5",
              "ns.overlay.local 10.200.0.5"),
          names(names));
    }
  }

  @Test
  void addressAndNetworksAreTheNodesOwn() {
    try (OverlayBootstrap node = leader()) {
      DnsConfig placed = DnsConfig.of("overlay.local").withListenAddress(WEB);
      assertThrows(IllegalArgumentException.class, () -> node.withDns(placed));
      assertFalse(node.dnsEnabled());
    }
  }

  @Test
  void unknownFieldsAreKept() throws IOException {
    leader().withDnsDefault("overlay.local").close();
    ObjectNode tree = state();
    ((ObjectNode) tree.path("zlayer_java").path("dns")).put("future", 7);
    write(tree);
    try (OverlayBootstrap node = loaded()) {
      node.addDnsRecord("web", WEB);
    }
    JsonNode dns = state().path("zlayer_java").path("dns");
    assertEquals(7, dns.path("future").asInt());
    assertEquals("web", dns.path("records").path(0).path("name").asString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"zone\":\"a_b\"}",
        "{\"port\":0}",
        "{\"enabled\":1}",
        "{\"ttl_seconds\":-1}",
        "{\"upstreams\":[\"dns.example.org:53\"]}",
        "{\"records\":[{\"name\":\"web\"}]}",
        "{\"records\":[{\"name\":\"web\",\"address\":\"10.200.0\"}]}",
      })
  void aWrongFieldIsNamed(String dns) throws IOException {
    leader().close();
    ObjectNode tree = state();
    ((ObjectNode) tree.path("zlayer_java")).set("dns", JsonMapper.shared().readTree(dns));
    write(tree);
    StateFileException refusal = assertThrows(StateFileException.class, this::loaded);
    assertTrue(refusal.getMessage().contains("zlayer_java.dns"), refusal::getMessage);
  }

  private void write(ObjectNode tree) throws IOException {
    Files.write(
        directory.resolve("overlay_bootstrap.json"), JsonMapper.shared().writeValueAsBytes(tree));
  }
}
