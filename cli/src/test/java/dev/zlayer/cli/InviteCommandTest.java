package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.enrolment.InviteToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Invites on a leader that doesn't run, and tokens that no packet is sent for. */
class InviteCommandTest {
  @TempDir private Path temp;
  private Path leader;

  @BeforeEach
  void initLeader() {
    leader = temp.resolve("leader");
    Cli init = onLeader("init --cidr 10.200.0.0/24 --endpoint 192.0.2.1:51820").done();
    assertEquals("zlayer-overlay invite --data-dir " + leader, init.printed("invite"));
  }

  private Cli onLeader(String words) {
    return on(leader, words.split(" "));
  }

  private static Cli on(Path directory, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data-dir", directory.toString()));
    return Cli.run(all.toArray(String[]::new));
  }

  /** The token; that the leader doesn't run is said beside it. */
  private String invite(String options) {
    Cli invite = onLeader(("invite --raw " + options).strip());
    assertEquals(0, invite.exitCode(), invite::toString);
    assertTrue(invite.err().startsWith("The leader doesn't run"), invite::toString);
    return invite.out().strip();
  }

  private JsonNode list() {
    return JsonMapper.shared().readTree(onLeader("invite list --json").done().out());
  }

  @Test
  void aTokenIsOneLineThatSaysWhereTheLeaderIs() {
    Instant before = Instant.now();
    String text = invite("--name web --ip 10.200.0.7 --expires 7d");
    InviteToken token = InviteToken.parse(text);
    assertEquals("192.0.2.1:51820", token.endpoints().getFirst().toString());
    Duration life = Duration.between(before, token.expiresAt());
    assertTrue(life.toHours() >= 7 * 24 - 1 && life.toHours() <= 7 * 24, life::toString);
    JsonNode invite = list().get(0);
    assertEquals("open", invite.get("state").asString());
    assertEquals("web", invite.get("name").asString());
    assertEquals("10.200.0.7", invite.get("ip").asString());
  }

  @Test
  void nothingOfATokenIsKeptThatWouldMakeAJoiner() throws IOException {
    String text = invite("");
    String secret = InviteToken.parse(text).privateKey().toBase64();
    for (Map.Entry<String, String> file : Cli.contents(leader).entrySet()) {
      assertFalse(file.getValue().contains(secret), file.getKey());
    }
    assertFalse(Files.readString(leader.resolve("overlay_bootstrap.json")).contains(secret));
    assertFalse(onLeader("invite list --json").out().contains("preshared"));
  }

  @Test
  void aTokenIsNotPrintedToWhereNobodySaidItMayGo() {
    onLeader("invite").refused(1, "no terminal", "--raw");
    assertEquals(0, list().size());
  }

  @Test
  void aRevokedInviteIsListedAsSuch() {
    invite("--name web");
    invite("");
    onLeader("invite revoke web").done();
    onLeader("invite revoke " + list().get(1).get("public_key").asString()).done();
    assertEquals("revoked", list().get(0).get("state").asString());
    assertEquals("revoked", list().get(1).get("state").asString());
    onLeader("invite revoke web").refused(1, "no invite", "'web'");
    String table = onLeader("invite list").done().out();
    assertEquals(3, table.lines().count(), table);
  }

  @Test
  void aLeaderWithoutAnEndpointSaysHowToGiveItOne() {
    Path other = temp.resolve("other");
    on(other, "init").done();
    on(other, "invite", "--raw").refused(1, "no endpoint", "up --endpoint HOST:PORT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | --expires 1y | --expires: '1y' is no time such as 90s, 30m, 1h or 7d",
        "2 | --expires 0s | 1 s to 30 days",
        "2 | --expires 31d | 1 s to 30 days",
        "2 | --ip nowhere | --ip: 'nowhere' is not an IP address",
        "1 | --ip 10.200.0.1 | 10.200.0.1 is taken: it is this node's own",
        "1 | --ip 10.201.0.1 | outside of 10.200.0.0/24",
        "2 | --name a_b | hostname 'a_b' is not a DNS name",
        "1 | --name leader | node id 'leader' is this leader's own",
      })
  void inviteRefuses(int exitCode, String options, String reason) throws IOException {
    Map<String, String> before = Cli.contents(leader);
    onLeader("invite --raw " + options).refused(exitCode, reason);
    assertEquals(before, Cli.contents(leader));
  }

  @Test
  void aTokenThatIsCutAlteredOrNoneIsRefusedBeforeAnythingIsMade() throws IOException {
    String token = invite("");
    Path worker = temp.resolve("worker");
    char last = token.charAt(token.length() - 20);
    String altered =
        token.substring(0, token.length() - 20)
            + (last == 'A' ? 'B' : 'A')
            + token.substring(token.length() - 19);
    on(worker, "join", token.substring(0, 60)).refused(2, "the token is cut");
    on(worker, "join", altered).refused(2, "the token is altered");
    on(worker, "join", token + token).refused(2, "the token is too long");
    on(worker, "join", "hello").refused(2, "this is no token", "zlt1_");
    Path file = Files.writeString(temp.resolve("token"), token.substring(0, 60) + "\n");
    on(worker, "join", "--token-file", file.toString()).refused(2, "the token is cut");
    on(worker, "join", "--token-file", temp.resolve("none").toString())
        .refused(1, "token file", "no such file");
    assertFalse(Files.exists(worker));
  }

  @Test
  void aTokenStandsAlone() {
    String token = invite("");
    Path worker = temp.resolve("worker");
    on(worker, "join", token, "--leader-endpoint", "a.example:1").refused(2, "give it alone");
    on(worker, "join", token, "--token-file", "x").refused(2, "give it alone");
    assertFalse(Files.exists(worker));
  }

  @Test
  void optionsOfAStartGoWithOneAndAreRefusedBeforeAnythingIsMade() {
    String token = invite("");
    Path worker = temp.resolve("worker");
    on(worker, "join", token, "--detach").refused(2, "--detach goes with --up");
    on(worker, "join", token, "--metrics", "overlay").refused(2, "--metrics goes with --up");
    on(worker, "join", token, "--no-resolver").refused(2, "--no-resolver goes with --up");
    on(worker, "join", token, "--up", "--map-ttl", "29s").refused(2, "--map-ttl", "below 30 s");
    on(worker, "join", token, "--up", "--log-level", "loud").refused(2, "'loud' is not a level");
    assertFalse(Files.exists(worker));
  }

  @Test
  void whatBelongsToALeaderOrAWorkerIsRefusedToTheOther() {
    onLeader("leave").refused(1, "this node is the leader");
    onLeader("up --map-ttl 1h").refused(1, "this node is the leader");
    Path worker = temp.resolve("worker");
    on(
            worker,
            "join",
            "--leader-endpoint=192.0.2.1:51820",
            "--leader-public-key=" + InviteToken.parse(invite("")).leaderPublicKey().toBase64(),
            "--leader-overlay-ip=10.200.0.1",
            "--allocated-ip=10.200.0.9")
        .done();
    on(worker, "invite", "--raw").refused(1, "worker");
    on(worker, "up", "--map-ttl", "29s").refused(2, "below 30 s");
    on(worker, "leave", "--force").done();
    assertFalse(Files.exists(worker.resolve("overlay_bootstrap.json")));
  }
}
