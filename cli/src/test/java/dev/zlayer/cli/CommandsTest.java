package dev.zlayer.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the commands do without a running node. */
class CommandsTest {
  private static final String KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
  private static final Pattern BASE64_KEY = Pattern.compile("[A-Za-z0-9+/]{43}=");

  @TempDir Path temp;

  private String directory(String name) {
    return temp.resolve(name).toString();
  }

  private static JsonNode json(Cli run) {
    return JsonMapper.shared().readTree(run.done().out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "init",
        "join",
        "up",
        "down",
        "status",
        "doctor",
        "debug",
        "debug bundle",
        "invite",
        "invite list",
        "invite revoke",
        "leave",
        "peer",
        "peer add",
        "peer remove",
        "peer list",
        "ip",
        "ip list",
        "ip stats",
        "dns",
        "dns list",
        "dns add",
        "dns remove",
        "key",
        "keygen",
        "demo",
      })
  void everyCommandHasHelp(String command) {
    for (String option : new String[] {"--help", "-h"}) {
      String out = Cli.run((command + " " + option).strip().split(" ")).done().out();
      assertTrue(out.startsWith("Usage: zlayer-overlay " + command), out);
    }
  }

  @Test
  void printedCommandsLeadToADualStackToo() {
    Cli init =
        Cli.run("init", "--cidr-v6", "fd00:200::/48", "--data-dir", directory("leader")).done();
    assertTrue(init.out().contains("10.200.0.1, fd00:200::1"), init.out());
    JsonNode worker =
        json(Cli.runLine(init.printed("join"), "--json", "--data-dir", directory("worker")));
    assertEquals("10.200.0.2", worker.get("overlay_ip").asString());
    assertEquals("fd00:200::2", worker.get("overlay_ip_v6").asString());
    assertEquals("fd00:200::/48", worker.get("cidr_v6").asString());
  }

  @Test
  void leasesAreShown() {
    Cli.run("init", "--cidr", "10.200.0.0/24", "--data-dir", directory("leader")).done();
    Cli.run(
            "peer",
            "add",
            "--node-id",
            "web",
            "--public-key",
            KEY,
            "--data-dir",
            directory("leader"))
        .done();
    String list = Cli.run("ip", "list", "--data-dir", directory("leader")).done().out();
    assertTrue(list.contains("10.200.0.1  this node  -"), list);
    assertTrue(list.contains("10.200.0.2  in use     web"), list);
    JsonNode leases = json(Cli.run("ip", "list", "--json", "--data-dir", directory("leader")));
    assertEquals("web", leases.at("/leases/1/node_id").asString());
    String stats = Cli.run("ip", "stats", "--data-dir", directory("leader")).done().out();
    assertTrue(stats.contains("available  252"), stats);
    JsonNode counts = json(Cli.run("ip", "stats", "--json", "--data-dir", directory("leader")));
    assertEquals(254, counts.get("total").asInt());
    assertEquals(2, counts.get("allocated").asInt());
  }

  @Test
  void versionIsSaid() {
    assertTrue(Cli.run("--version").done().out().startsWith("zlayer-overlay "));
    assertEquals(Cli.run("--version").out(), Cli.run("peer", "add", "--version").out());
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.0/24, 192.0.2.1:51820, 10.200.0.2, node-10-200-0-2",
    "fd00:200::/48, [2001:db8::1]:7, fd00:200::2, node-fd00-200--2",
    "10.200.0.0/30, vpn.example.org:1, 10.200.0.2, node-10-200-0-2",
  })
  void printedCommandsLeadFromALeaderToAMesh(
      String cidr, String endpoint, String workerIp, String workerId) {
    Cli init =
        Cli.run("init", "--cidr", cidr, "--endpoint", endpoint, "--data-dir", directory("leader"))
            .done();
    assertEquals("zlayer-overlay up --data-dir " + directory("leader"), init.printed("up").strip());

    Cli join =
        Cli.runLine(
                init.printed("join"),
                "--data-dir",
                directory("worker"),
                "--endpoint",
                "[2001:db8::2]:9")
            .done();
    JsonNode leader = json(Cli.run("peer", "list", "--json", "--data-dir", directory("worker")));
    assertEquals(endpoint, leader.get(0).get("endpoint").asString());

    Cli add =
        Cli.runLine(join.printed("peer add"), "--data-dir", directory("leader"), "--json").done();
    JsonNode worker = json(add);
    assertEquals(workerId, worker.get("node_id").asString());
    assertEquals(workerIp, worker.get("overlay_ip").asString());
    assertEquals("[2001:db8::2]:9", worker.get("endpoint").asString());
    assertEquals(
        Cli.run("key", "--data-dir", directory("worker")).out().strip(),
        worker.get("public_key").asString());
  }

  @Test
  void guessedEndpointIsCalledAGuessAndParses() {
    Cli init = Cli.run("init", "--port", "7", "--data-dir", directory("leader")).done();
    assertTrue(init.out().contains("which is a guess"), init.out());
    Cli.runLine(init.printed("join"), "--data-dir", directory("worker")).done();
  }

  @Test
  void hintsForOtherMachinesLeaveThisOnesDirectoryAndInterfaceOut() {
    Cli init = Cli.run("init", "--interface", "zl7", "--data-dir", directory("a leader's")).done();
    assertEquals(
        "zlayer-overlay up --data-dir '" + directory("a leader'\\''s") + "'", init.printed("up"));
    assertFalse(init.printed("join").contains("--data-dir"));
    assertFalse(init.printed("join").contains("--interface"));
    Cli add =
        Cli.run(
                "peer",
                "add",
                "--node-id",
                "web",
                "--public-key",
                KEY,
                "--data-dir",
                directory("a leader's"))
            .done();
    assertEquals("zlayer-overlay up", add.printed("up"));
    assertTrue(add.out().contains("--allocated-ip 10.200.0.2"), add.out());
  }

  @Test
  void presharedKeyFileIsPartOfTheNextCommandAndItsContentIsNot() throws IOException {
    Path psk = temp.resolve("the psk");
    Cli.run("keygen", "--preshared", "--out", psk.toString()).done();
    String secret = Files.readString(psk).strip();
    Cli init = Cli.run("init", "--data-dir", directory("leader")).done();
    String[] further = {"--data-dir", directory("worker"), "--preshared-key-file", psk.toString()};
    Cli join = Cli.runLine(init.printed("join"), further).done();
    Cli add =
        Cli.runLine(join.printed("peer add"), "--data-dir", directory("leader"), "--json").done();
    assertTrue(json(add).get("has_preshared_key").asBoolean());
    assertFalse((join.out() + add.out()).contains(secret));
    assertTrue(Files.readString(temp.resolve("leader/overlay_bootstrap.json")).contains(secret));
  }

  @Test
  void jsonParsesAndHasNoSecret() throws IOException {
    Cli init = Cli.run("init", "--json", "--data-dir", directory("leader"));
    assertEquals("leader", json(init).get("role").asString());
    String state = Files.readString(temp.resolve("leader/overlay_bootstrap.json"));
    String secret = JsonMapper.shared().readTree(state).get("config").get("private_key").asString();
    Cli add =
        Cli.run(
            "peer",
            "add",
            "--json",
            "--node-id",
            "web",
            "--public-key",
            KEY,
            "--hostname",
            "www",
            "--data-dir",
            directory("leader"));
    assertEquals("10.200.0.2", json(add).get("overlay_ip").asString());
    Cli list = Cli.run("peer", "list", "--json", "--data-dir", directory("leader"));
    assertEquals(json(add), json(list).get(0));
    Cli remove = Cli.run("peer", "remove", "--json", "www", "--data-dir", directory("leader"));
    assertEquals(json(add), json(remove));
    assertFalse((init.out() + add.out() + list.out() + remove.out()).contains(secret));
  }

  @Test
  void peersAreListedInColumns() {
    Cli.run("init", "--data-dir", directory("leader")).done();
    Cli.run(
            "peer",
            "add",
            "--node-id",
            "web",
            "--public-key",
            KEY,
            "--keepalive",
            "0",
            "--endpoint",
            "vpn.example.org:1",
            "--data-dir",
            directory("leader"))
        .done();
    assertEquals(
        """
        PEER  ADDRESS     HOSTNAME  ENDPOINT           PUBLIC KEY
        web   10.200.0.2  -         vpn.example.org:1  %s
        """
            .formatted(KEY),
        Cli.run("peer", "list", "--data-dir", directory("leader")).done().out());
    Cli.run("peer", "remove", KEY, "--data-dir", directory("leader")).done();
    assertEquals(
        1, Cli.run("peer", "list", "--data-dir", directory("leader")).out().lines().count());
  }

  @Test
  void keygenMakesFreshKeysAndKeepsThemToTheirOwner() throws IOException {
    String pair = Cli.run("keygen").done().out();
    Matcher keys = BASE64_KEY.matcher(pair);
    assertEquals(2, keys.results().count(), pair);
    assertFalse(pair.equals(Cli.run("keygen").out()));

    Path file = temp.resolve("key");
    String out = Cli.run("keygen", "--out", file.toString()).done().out();
    String secret = Files.readString(file).strip();
    assertTrue(BASE64_KEY.matcher(secret).matches());
    assertFalse(out.contains(secret));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void aLeaderServesNamesUnlessToldOtherwise() {
    Cli.run("init", "--data-dir", directory("a")).done();
    String shown = Cli.run("dns", "list", "--data-dir", directory("a")).done().out();
    assertTrue(shown.startsWith("Zone overlay.local, served at 10.200.0.1 port 15353"), shown);
    assertTrue(shown.contains("leader.overlay.local"), shown);

    Cli.run("init", "--dns-zone", "corp.example", "--dns-port", "53", "--data-dir", directory("b"))
        .done();
    JsonNode other = json(Cli.run("dns", "list", "--json", "--data-dir", directory("b")));
    assertEquals("corp.example", other.path("zone").asString());
    assertEquals(53, other.path("port").asInt());
    assertTrue(other.path("enabled").asBoolean());

    Cli.run("init", "--no-dns", "--data-dir", directory("c")).done();
    String off = Cli.run("dns", "list", "--data-dir", directory("c")).done().out();
    assertEquals("This node serves no names.", off.strip());
    Cli.run("dns", "add", "web", "10.200.0.5", "--data-dir", directory("c"))
        .refused(1, "serves no DNS", "--dns-zone");
  }

  @Test
  void namesAreAddedListedAndRemoved() {
    String at = directory("node");
    Cli.run("init", "--data-dir", at).done();
    String added = Cli.run("dns", "add", "web", "10.200.0.5", "--data-dir", at).done().out();
    assertEquals("web now has the address 10.200.0.5.", added.strip());
    Cli.run("dns", "add", "WEB.overlay.local", "fd00::5", "--data-dir", at).done();
    String again = Cli.run("dns", "add", "web", "10.200.0.5", "--data-dir", at).done().out();
    assertEquals("web had already 10.200.0.5.", again.strip());
    assertEquals("[10.200.0.5, fd00::5]", addresses(at, "web.overlay.local"));

    Cli.run("dns", "remove", "web", "10.200.0.5", "--data-dir", at).done();
    assertEquals("[fd00::5]", addresses(at, "web.overlay.local"));
    Cli.run("dns", "remove", "web", "--json", "--data-dir", at).done();
    assertEquals("[]", addresses(at, "web.overlay.local"));
    Cli.run("dns", "remove", "web", "--data-dir", at).refused(1, "'web'");
    Cli.run("dns", "remove", "leader", "--data-dir", at).refused(1, "'leader'", "their nodes");
    Cli.run("dns", "add", "leader", "10.200.0.5", "--data-dir", at).refused(2, "is taken");
    Cli.run("dns", "add", "a_b", "10.200.0.5", "--data-dir", at).refused(2, "'a_b'", "labels");
    Cli.run("dns", "add", "web", "10.200.5", "--data-dir", at).refused(2, "'10.200.5'");
    Cli.run("dns", "--data-dir", at).refused(2, "--data-dir");
    Cli.run("dns").refused(2, "list, add or remove");
  }

  @ParameterizedTest
  @CsvSource({
    "'', true, ''",
    "--no-dns-forwarding, false, ''",
    "--dns-forwarding, true, ''",
    "--dns-upstream 192.0.2.53 --dns-upstream 2001:db8::1, true, '192.0.2.53:53 [2001:db8::1]:53'",
    "--dns-upstream system, true, ''",
  })
  void whoIsAskedAboutOtherNamesIsKept(String options, boolean forwarding, String upstreams)
      throws IOException {
    Cli.run(("init --data-dir " + directory("node") + " " + options).strip().split(" ")).done();
    JsonNode state =
        JsonMapper.shared()
            .readTree(Files.readAllBytes(temp.resolve("node/overlay_bootstrap.json")));
    JsonNode dns = state.path("zlayer_java").path("dns");
    assertEquals(forwarding, dns.path("forwarding").asBoolean());
    assertEquals(
        upstreams,
        dns.path("upstreams").valueStream().map(JsonNode::asString).collect(joining(" ")));
  }

  private static String addresses(String directory, String name) {
    JsonNode dns = json(Cli.run("dns", "list", "--json", "--data-dir", directory));
    return dns.path("records")
        .valueStream()
        .filter(record -> record.path("name").asString().equals(name))
        .map(record -> record.path("address").asString())
        .toList()
        .toString();
  }
}
