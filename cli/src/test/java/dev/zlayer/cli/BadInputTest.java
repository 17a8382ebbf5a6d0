package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong: exit code 1 or 2, one line that names value and rule, nothing changed. */
class BadInputTest {
  private static final String KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
  private static final String OTHER_KEY = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

  /** Every command that needs a node, with what it can't do without. */
  private static final List<String> COMMANDS_ON_A_NODE =
      List.of(
          "up",
          "up --detach",
          "down",
          "status",
          "status --json",
          "key",
          "log level",
          "peer list",
          "peer remove web",
          "ip list",
          "ip stats",
          "dns list",
          "dns add web 10.200.0.5",
          "dns remove web",
          "peer add --node-id a --public-key " + KEY);

  @TempDir Path temp;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = temp.resolve("node");
  }

  /** Runs {@code words}, separated by blanks, on the data directory. */
  private Cli onNode(String words) {
    return onNode(words.split(" "));
  }

  private Cli onNode(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(List.of("--data-dir", directory.toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  private interface Work {
    void run() throws IOException;
  }

  private void changingNothing(Work work) throws IOException {
    Map<String, String> before = Cli.contents(temp);
    work.run();
    assertEquals(before, Cli.contents(temp));
  }

  private void initLeader() {
    onNode("init --cidr 10.200.0.0/24").done();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2 | --cidr 10.200.0.0/33 | '10.200.0.0/33' | 33 is not in 0..32",
        "2 | --cidr 10.200.0.1/16 | '10.200.0.1/16' has host bits set | 10.200.0.0/16",
        "1 | --cidr 10.200.0.1/32 | 10.200.0.1/32 has room for 1 node | at least one worker",
        "2 | --cidr 10.200.0.0 | '10.200.0.0' has no prefix length | ADDRESS/LENGTH",
        "2 | --cidr 10.200/16 | '10.200' | is not an IP address",
        "2 | --cidr fd00::/129 | 'fd00::/129' | 129 is not in 0..128",
        "2 | --cidr-v6 fd00::/129 | 'fd00::/129' | 129 is not in 0..128",
        "2 | --cidr-v6 fd00::/120 | fd00::/120 has fewer addresses | 10.200.0.0/16",
        "2 | --cidr-v6 10.1.0.0/16 | 10.1.0.0/16 | not an IPv4 and an IPv6 network",
        "2 | --cidr fd00::/64 --cidr-v6 fd01::/64 | fd01::/64 | not an IPv4 and an IPv6 network",
        "2 | --port 0 | port 0 | is not in 1..65535",
        "2 | --port -1 | port -1 | is not in 1..65535",
        "2 | --port 70000 | port 70000 | is not in 1..65535",
        "2 | --port abc | --port | 'abc' is not an int",
        "2 | --port | --port | --help",
        "2 | --interface sixteen-letters- | 'sixteen-letters-' | 1 to 15 characters",
        "2 | --interface a/b | 'a/b' | '/'",
        "2 | --interface zl%d | 'zl%d' | '%'",
        "2 | --endpoint host | --endpoint: endpoint 'host' | is not HOST:PORT",
        "2 | --endpoint host:0 | 'host:0' | port 0 is not in 1..65535",
        "2 | --endpoint 1.2.3.4:99999 | '1.2.3.4:99999' | 99999 is not in 1..65535",
        "2 | --endpoint [::1] | '[::1]' | is not HOST:PORT",
        "2 | --endpoint 1.2.3.300:5 | '1.2.3.300' | neither a host name nor an IP address",
        "2 | --dns-zone a_b | 'a_b' | is not a DNS name",
        "2 | --dns-port 0 | port 0 | is not in 1..65535",
        "2 | --dns-upstream dns.example.org | 'dns.example.org' | is not an IP address",
        "2 | --dns-upstream 192.0.2.53:x | '192.0.2.53:x' | port 'x' is not a number",
        "2 | --no-dns --dns-port 53 | --no-dns | contradict",
        "2 | --nosuch | '--nosuch' | --help",
        "2 | surplus | 'surplus' | --help",
      })
  void initRefuses(int exitCode, String words, String value, String rule) throws IOException {
    changingNothing(() -> onNode("init " + words).refused(exitCode, value, rule));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2 | --allocated-ip | 10.201.0.1 | 10.201.0.1 is outside of 10.200.0.0/24",
        "2 | --allocated-ip | 10.200.0.0 | the network address of 10.200.0.0/24",
        "2 | --allocated-ip | 10.200.0.255 | the broadcast address of 10.200.0.0/24",
        "1 | --allocated-ip | 10.200.0.1 | 10.200.0.1 is taken: it is this node's own",
        "2 | --allocated-ip | fd00::1%1 | --allocated-ip: 'fd00::1%1' is not an IP address",
        "2 | --allocated-ip | worker | --allocated-ip: 'worker' is not an IP address",
        "1 | --leader-overlay-ip | 10.201.0.1 | 10.201.0.1 is outside of 10.200.0.0/24",
        "2 | --leader-endpoint | 192.0.2.1 | '192.0.2.1' is not HOST:PORT",
        "2 | --leader-public-key | abc | 44 base64 characters that encode 32 bytes, unlike 'abc'",
        "2 | --leader-public-key | 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK0*= | 44 base64",
        "2 | --leader-public-key | 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+I | 44 base64",
        "2 | --leader-cidr | 10.200.0.0/33 | 33 is not in 0..32",
        "2 | --leader-cidr | 10.201.0.0/24 | outside of 10.201.0.0/24",
      })
  void joinRefuses(int exitCode, String option, String value, String reason) throws IOException {
    String[] words = {
      "join",
      "--leader-cidr=10.200.0.0/24",
      "--leader-endpoint=192.0.2.1:51820",
      "--leader-public-key=" + KEY,
      "--leader-overlay-ip=10.200.0.1",
      "--allocated-ip=10.200.0.2",
    };
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].startsWith(option + "=") ? option + "=" + value : words[i];
    }
    changingNothing(() -> onNode(words).refused(exitCode, reason));
  }

  @ParameterizedTest
  @CsvSource({
    "join, --leader-endpoint",
    "join, --allocated-ip",
    "peer add, --node-id",
    "peer add, --public-key",
    "peer remove, ID|KEY|NAME",
    "peer, 'add, remove or list'",
    "'', name a subcommand",
    "dance, 'dance'",
    "peer dance, 'dance'",
  })
  void whatIsMissingIsNamed(String words, String missing) {
    Cli.run(words.isEmpty() ? new String[0] : words.split(" ")).refused(2, missing, "--help");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1 | --ip 10.200.0.1 | 10.200.0.1 is taken: it is this node's own",
        "1 | --ip 10.200.0.2 | 10.200.0.2 is taken by peer 'web'",
        "1 | --ip 10.200.1.1 | 10.200.1.1 is outside of 10.200.0.0/24",
        "1 | --ip 10.200.0.0 | 10.200.0.0 is the network address of 10.200.0.0/24",
        "1 | --ip 10.200.0.255 | 10.200.0.255 is the broadcast address of 10.200.0.0/24",
        "2 | --ip x | --ip: 'x' is not an IP address",
        "2 | --endpoint x | 'x' is not HOST:PORT",
        "1 | --hostname WWW | hostname 'WWW' is taken by peer 'web'",
        "2 | --hostname -x- | hostname '-x-' is not a DNS name",
        "2 | --keepalive -1 | keepalive",
        "2 | --keepalive 65536 | 0..65535",
        "1 | --node-id web | node id 'web' is taken by peer 'web'",
        "2 | --node-id a/b | node id 'a/b' is not 1 to 63 letters",
        "1 | --public-key 3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08= | is taken by peer 'web'",
        "2 | --public-key abc | unlike 'abc'",
      })
  void peerAddRefuses(int exitCode, String words, String reason) throws IOException {
    initLeader();
    onNode("peer add --node-id web --hostname www --public-key " + KEY).done();
    String id = words.startsWith("--node-id") ? "" : " --node-id db";
    String key = words.startsWith("--public-key") ? "" : " --public-key " + OTHER_KEY;
    changingNothing(() -> onNode("peer add " + words + id + key).refused(exitCode, reason));
  }

  @Test
  void ownKeyIsNoPeer() throws IOException {
    initLeader();
    String own = onNode("key").done().out().strip();
    changingNothing(() ->
        onNode("peer add --node-id me --public-key " + own).refused(1, own, "this node's own"));
  }

  @Test
  void unknownPeerIsNotRemoved() throws IOException {
    initLeader();
    changingNothing(() -> onNode("peer remove nobody").refused(1, "'nobody'"));
    changingNothing(() -> onNode("peer remove " + KEY).refused(1, KEY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "3601"})
  void healthIntervalHasItsBounds(String seconds) throws IOException {
    initLeader();
    changingNothing(() ->
        onNode("up --health-interval " + seconds)
            .refused(2, "--health-interval " + seconds, "1..3600"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"everywhere", "0.0.0.0:9", "192.0.2.1:9", "overlay:0", "web.example:9"})
  void pagesAreForNoStrangers(String where) throws IOException {
    initLeader();
    for (String option : List.of("--metrics", "--dashboard")) {
      changingNothing(() -> onNode("up " + option + " " + where).refused(2, where));
    }
  }

  @Test
  void aWorkerHasNoLeases() {
    onNode(
            "join --leader-endpoint a.example:1 --leader-public-key "
                + KEY
                + " --leader-overlay-ip 10.200.0.1 --allocated-ip 10.200.0.2")
        .done();
    onNode("ip list").refused(1, "this node is a worker", "leader");
  }

  @Test
  void nodeIsSetUpOnce() throws IOException {
    initLeader();
    changingNothing(() -> onNode("init").refused(1, directory.toString(), "exists already"));
    changingNothing(() ->
        onNode(
                "join --leader-endpoint a.example:1 --leader-public-key "
                    + KEY
                    + " --leader-overlay-ip 10.200.0.1 --allocated-ip 10.200.0.2")
            .refused(1, "exists already"));
  }

  @Test
  void nothingWorksBeforeInit() throws IOException {
    for (String command : COMMANDS_ON_A_NODE) {
      changingNothing(() -> onNode(command).refused(1, directory.toString(), "init or join"));
    }
  }

  @Test
  void statusAndDownSayThatNothingRuns() throws IOException {
    initLeader();
    for (String command : List.of("status", "status --json", "down")) {
      changingNothing(() -> onNode(command).refused(1, "no node runs on " + directory));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "7",
        "not JSON, but the key XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=",
        "{}",
        "{\"config\":{}}",
        "{\"config\":7,\"peers\":[]}",
      })
  void damagedStateIsReportedAndNeverOverwritten(String content) throws IOException {
    initLeader();
    Path file = directory.resolve("overlay_bootstrap.json");
    Files.writeString(file, content);
    for (String command : COMMANDS_ON_A_NODE) {
      boolean asksTheRunningNode = Stream.of("down", "status", "log").anyMatch(command::startsWith);
      changingNothing(() -> {
        Cli refusal = onNode(command).refused(1, directory.toString());
        refusal.refused(1, asksTheRunningNode ? "no node runs" : file.toString());
        assertFalse(refusal.err().contains("XasIf"), refusal.err());
      });
    }
    changingNothing(() -> onNode("init").refused(1, "exists already"));
  }

  @Test
  void truncatedStateIsReported() throws IOException {
    initLeader();
    Path file = directory.resolve("overlay_bootstrap.json");
    String whole = Files.readString(file);
    for (int length : new int[] {1, whole.length() / 2, whole.length() - 3}) {
      Files.writeString(file, whole.substring(0, length));
      changingNothing(() -> onNode("key").refused(1, file.toString(), "is damaged: not JSON"));
    }
  }

  @Test
  void dataDirectoryThatCannotBeIsRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    for (Path impossible : List.of(file, file.resolve("below"), Path.of("/proc/zlayer"))) {
      directory = impossible;
      changingNothing(() -> onNode("init").refused(1, "'" + impossible + "'"));
      changingNothing(() -> onNode("up").refused(1, impossible.toString()));
    }
    directory = temp.resolve("x".repeat(107));
    for (String command : COMMANDS_ON_A_NODE) {
      changingNothing(() -> onNode(command).refused(2, "is too long", "107 is the most"));
    }
    changingNothing(() -> onNode("init").refused(2, "is too long"));
  }

  @Test
  void upRefusesOptionsThatBreakARule() throws IOException {
    initLeader();
    changingNothing(() -> onNode("up --port 0").refused(2, "port 0 is not in 1..65535"));
    changingNothing(() -> onNode("up --interface a/b").refused(2, "'a/b'"));
    changingNothing(() -> onNode("up --endpoint host").refused(2, "'host'"));
    changingNothing(() -> onNode("up --log-level loud").refused(2, "'loud'", "trace, debug, info"));
    changingNothing(() -> onNode("up --log-level a..b=info").refused(2, "'a..b'", "a logger"));
    changingNothing(() -> onNode("up --log-format xml").refused(2, "'xml'", "plain nor json"));
    changingNothing(() -> onNode("up --resolver bind").refused(2, "'bind'", "resolv.conf, hosts"));
    changingNothing(() -> onNode("up --no-resolver --resolver hosts").refused(2, "contradict"));
  }

  @ParameterizedTest
  @CsvSource({
    "secret-content, 2, the 14 characters given",
    "'', 2, the 0 characters given",
    "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os, 2, the 43 characters given",
  })
  void badKeyFileIsNamedAndNotQuoted(String content, int exitCode, String reason)
      throws IOException {
    initLeader();
    Path file = Files.writeString(temp.resolve("psk"), content + "\n");
    String words = "peer add --node-id a --public-key " + KEY + " --preshared-key-file " + file;
    changingNothing(() -> {
      Cli refusal = onNode(words).refused(exitCode, file.toString(), reason);
      assertFalse(!content.isEmpty() && refusal.err().contains(content), refusal.err());
    });
  }

  @Test
  void keyFileThatIsNoneIsRefused() throws IOException {
    initLeader();
    Path tooLong = Files.writeString(temp.resolve("long"), "x".repeat(1025));
    String words = "peer add --node-id a --public-key " + KEY + " --preshared-key-file ";
    changingNothing(() -> onNode(words + tooLong).refused(1, tooLong.toString(), "1024 bytes"));
    changingNothing(() -> onNode(words + "/dev/zero").refused(1, "/dev/zero", "1024 bytes"));
    changingNothing(() -> onNode(words + temp).refused(1, temp.toString(), "directory"));
    changingNothing(() -> onNode(words + "/no/such").refused(1, "/no/such", "no such file"));
  }

  @Test
  void completionKnowsThreeShells() {
    Cli.run("completion", "ksh").refused(2, "'ksh'", "bash, zsh or fish");
  }

  @Test
  void keygenNeverReplacesAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("key"), "mine");
    changingNothing(() ->
        Cli.run("keygen", "--out", file.toString()).refused(1, file.toString(), "exists already"));
    changingNothing(() -> Cli.run("keygen", "--out", "/no/such/key").refused(1, "no such file"));
  }

  @Test
  void refusalIsOneLineWhateverTheValueHolds() throws IOException {
    initLeader();
    changingNothing(() -> onNode("peer", "remove", "a\nb\tc").refused(1, "'a b c'"));
    changingNothing(() -> onNode("peer", "remove", "@/etc/passwd").refused(1, "'@/etc/passwd'"));
  }
}
