package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.testkit.Dnsmasq;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ordinary programs on a node's machine find the names of the overlay: {@code getent} and {@code
 * ping}, which ask the C library. The machine's files are the test's own.
 *
 * <pre>
 *   leader 192.0.2.1 ------------------- 192.0.2.5 worker, and the name server of the underlay
 *
 *   10.200.0.1 ========================= 10.200.0.5, "web"
 * </pre>
 */
@Tag("root")
class ResolverTest {
  private static final int WG_PORT = 51820;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String FOREIGN = "# by hand\nnameserver 192.0.2.5\noptions timeout:1\n";

  @TempDir private Path folder;

  private final Topology network = new Topology();
  private Netns host;
  private Netns other;
  private Node leader;
  private Node worker;
  private OwnFiles files;

  @BeforeEach
  void setUp() {
    host = network.namespace();
    other = network.namespace();
    network.connect(host.nic("192.0.2.1/24"), other.nic("192.0.2.5/24"));
    try (OverlayBootstrap first =
            OverlayBootstrap.initLeader(
                Node.CIDR, WG_PORT, folder.resolve("leader"), options("192.0.2.1"));
        OverlayBootstrap second =
            OverlayBootstrap.join(
                Node.CIDR,
                "192.0.2.1:" + WG_PORT,
                first.publicKey().toBase64(),
                first.nodeIp(),
                IpText.parse("10.200.0.5"),
                WG_PORT,
                folder.resolve("worker"),
                options("192.0.2.5"))) {
      first.addPeer(
          PeerConfig.of("worker", second.publicKey().toBase64(), "192.0.2.5:" + WG_PORT)
              .withOverlayIp(second.nodeIp())
              .withHostname("web"));
      leader = Node.of(host, first.node());
      worker = Node.of(other, second.node());
    }
  }

  private static BootstrapOptions options(String address) {
    return BootstrapOptions.DEFAULT
        .withInterfaceName(Node.nextInterfaceName())
        .withEndpoint(HostPort.parse(address + ":" + WG_PORT));
  }

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  private void ownFiles(String... packages) throws IOException {
    files = OwnFiles.on(host, Files.createDirectory(folder.resolve("files")), packages);
  }

  private void resolvConf(String text) {
    files.shell("rm -f /etc/resolv.conf; printf '%s' '" + text + "' >/etc/resolv.conf");
  }

  private RunningCommand up(String... options) {
    List<String> words = new ArrayList<>(List.of("up"));
    words.addAll(List.of(options));
    RunningCommand running = files.zlayer(leader, words.toArray(String[]::new)).start();
    leader.awaitUp(running);
    return running;
  }

  private String zlayer(String... words) {
    return files.zlayer(leader, words).output();
  }

  private JsonNode names() {
    return JsonMapper.shared().readTree(zlayer("status", "--json")).get("names");
  }

  private void assertThrough(String mode) {
    JsonNode names = names();
    assertEquals(mode, names.path("through").asString(), names::toString);
    String line = "  names       resolved through ";
    String status = zlayer("status");
    assertTrue(status.lines().anyMatch(text -> text.startsWith(line)), status);
  }

  /** What the C library finds, as {@code getent} prints it. */
  private List<String> found(String nameOrAddress) {
    Execution getent = files.command("getent", "hosts", nameOrAddress).run();
    return getent.output().lines().map(line -> line.replaceAll("\\s+", " ")).toList();
  }

  private void assertFindsNames() {
    assertEquals(List.of("10.200.0.5 web.overlay.local"), found("web.overlay.local"));
    assertEquals(List.of("10.200.0.5 node-0-5.overlay.local"), found("10.200.0.5"));
  }

  private String file(String path) {
    return files.shell("cat " + path);
  }

  /** Debian's dnsmasq, which knows one name. */
  private void serveUnderlay() {
    Dnsmasq.start(other, "--listen-address=192.0.2.5", "--bind-interfaces");
  }

  @Test
  void anEditedResolvConfLeadsToTheNodeAndOnToOthers() throws IOException {
    ownFiles();
    serveUnderlay();
    resolvConf(FOREIGN);
    files.shell(
        "mv /etc/resolv.conf /etc/resolv.mine; ln -s resolv.mine /etc/resolv.conf;"
            + " chmod 604 /etc/resolv.mine; chown 7:8 /etc/resolv.mine");
    RunningCommand process = up("--resolver=resolv.conf");
    worker.up();
    assertThrough("resolv.conf");
    assertFindsNames();
    files.command("ping", "-c1", "-W5", "web.overlay.local").output();
    assertEquals(List.of("192.0.2.80 www.example.org"), found("www.example.org"));
    zlayer("down");
    process.await(PATIENCE);
    assertEquals(FOREIGN, file("/etc/resolv.conf"));
    assertEquals("604 7 8\n", files.shell("stat -c '%a %u %g' /etc/resolv.mine"));
    assertEquals("resolv.mine\n", files.shell("readlink /etc/resolv.conf"));
    assertEquals("", files.shell("find /etc -name '*zlayer*'"));
  }

  @Test
  void hostsFollowsTheNamesAndIsRestoredAfterAKill() throws IOException {
    ownFiles();
    resolvConf("nameserver 127.0.0.1\n");
    String before = file("/etc/hosts");
    RunningCommand process = up("--resolver=hosts");
    assertThrough("hosts");
    assertTrue(found("web.overlay.local").getFirst().startsWith("10.200.0.5 "));
    zlayer("dns", "add", "db", "10.200.0.9");
    assertEquals(List.of("10.200.0.9 db.overlay.local"), found("db.overlay.local"));
    files.shell("echo '192.0.2.7 mine' >>/etc/hosts");
    zlayer("dns", "remove", "db");
    assertEquals(List.of(), found("db.overlay.local"));
    process.kill();
    assertTrue(file("/etc/hosts").contains("web.overlay.local"));
    assertTrue(zlayer("cleanup").contains("undone: block of "));
    assertEquals(before + "192.0.2.7 mine\n", file("/etc/hosts"));
    assertEquals("nothing to clean up\n", zlayer("cleanup"));
  }

  @Test
  void afterAKillTheNextStartUndoes() throws IOException {
    ownFiles();
    resolvConf(FOREIGN);
    up("--resolver=resolv.conf").kill();
    assertTrue(file("/etc/resolv.conf").contains("nameserver 10.200.0.1"));
    up("--no-resolver");
    assertEquals(FOREIGN, file("/etc/resolv.conf"));
    assertEquals("none", names().get("mode").asString());
    assertTrue(names().get("through").isNull());
  }

  /** Nobody is fought: the file is written when the node begins, and left to others then. */
  @Test
  void whoRewritesTheFileHasIt() throws IOException {
    ownFiles();
    resolvConf(FOREIGN);
    String script = "while :; do printf '" + FOREIGN + "' >/etc/resolv.conf; sleep 0.1; done";
    RunningCommand process = up("--resolver=resolv.conf");
    files.command("sh", "-c", script).start();
    Eventually.within(
        PATIENCE, () -> "the foreign file", () -> file("/etc/resolv.conf").equals(FOREIGN));
    for (int i = 0; i < 20; i++) {
      assertFalse(file("/etc/resolv.conf").contains("10.200.0.1"));
    }
    JsonNode names = names();
    assertTrue(names.get("through").isNull(), names::toString);
    assertTrue(names.get("text").asString().contains("another program"), names::toString);
    Eventually.within(
        PATIENCE,
        () -> "resolver-not-integrated",
        () -> zlayer("status").contains("warning: resolver-not-integrated ("));
    zlayer("down");
    assertEquals(0, process.await(PATIENCE).exitCode());
  }

  /** As {@code ip netns exec} and containers have it: a file that can't be replaced. */
  @Test
  void aFileThatIsMountedAloneIsWrittenInPlace() throws IOException {
    Path etc = Path.of("/etc/netns", host.name());
    Files.createDirectories(etc);
    try {
      Files.writeString(etc.resolve("resolv.conf"), FOREIGN);
      RunningCommand process = leader.command("up", "--resolver=resolv.conf").start();
      leader.awaitUp(process);
      assertTrue(host.exec("getent", "hosts", "web.overlay.local").startsWith("10.200.0.5 "));
      assertEquals(0, process.stop().exitCode());
      assertEquals(FOREIGN, Files.readString(etc.resolve("resolv.conf")));
    } finally {
      Files.deleteIfExists(etc.resolve("resolv.conf"));
      Files.deleteIfExists(etc);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resolvconf", "openresolv"})
  void resolvconfLeadsToTheNodeFirst(String kind) throws IOException {
    ownFiles(kind);
    files.shell(
        kind.equals("openresolv")
            ? "rm /etc/resolv.conf"
            : "ln -sf /run/resolvconf/resolv.conf /etc/resolv.conf; resolvconf --enable-updates");
    files.shell("printf 'nameserver 192.0.2.5\\n' | resolvconf -a eth0.dhclient");
    String before = file("/etc/resolv.conf");
    RunningCommand process = up("--resolver=resolvconf");
    assertThrough("resolvconf");
    assertFindsNames();
    process.kill();
    assertTrue(zlayer("down").contains("undone: record "));
    assertEquals(before, file("/etc/resolv.conf"));
    // It is for the machine's network, and this node is in another one.
    up();
    assertTrue(names().get("text").asString().contains("another network namespace"));
    assertEquals(before, file("/etc/resolv.conf"));
  }

  @Test
  void resolvedAsksTheNodeAboutItsNamesAlone() throws IOException {
    ownFiles(SystemdResolved.PACKAGES);
    serveUnderlay();
    SystemdResolved.in(files::command).start();
    RunningCommand process = up();
    assertThrough("resolved");
    assertFindsNames();
    assertEquals(List.of("192.0.2.80 www.example.org"), found("www.example.org"));
    String link = files.shell("resolvectl status " + leader.interfaceName());
    assertTrue(link.contains("10.200.0.1:15353"), link);
    assertTrue(link.contains("DNS Domain: ~overlay.local ~200.10.in-addr.arpa"), link);
    assertTrue(link.contains("-DefaultRoute"), link);
    process.kill();
    String all = files.shell("resolvectl status");
    assertFalse(all.contains("10.200.0.1"), all);
    assertEquals(List.of("192.0.2.80 www.example.org"), found("www.example.org"));
  }

  /** One that is restarted has forgotten, and one that comes late was never told. */
  @Test
  void aResolvedThatBeginsLaterIsToldToo() throws IOException {
    ownFiles(SystemdResolved.PACKAGES);
    serveUnderlay();
    SystemdResolved resolved = SystemdResolved.in(files::command);
    up();
    assertTrue(names().get("through").isNull());
    for (int run = 0; run < 2; run++) {
      resolved.start();
      Eventually.within(
          PATIENCE,
          () -> "names: " + names(),
          () -> found("web.overlay.local").equals(List.of("10.200.0.5 web.overlay.local")));
      assertThrough("resolved");
      assertFindsNames();
      resolved.kill();
      assertTrue(names().get("through").isNull());
    }
  }
}
