package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.api.ApiCaller;
import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.Leave;
import dev.zlayer.overlay.api.MapFollower;
import dev.zlayer.overlay.api.Redemption;
import dev.zlayer.overlay.enrolment.InviteToken;
import dev.zlayer.testkit.Dig;
import dev.zlayer.testkit.Eventually;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.Ping;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.WgKeys;
import dev.zlayer.testkit.WireGuardGo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who gets nothing from the leader's control API: local processes, invites, and members that lie.
 *
 * <pre>
 *   leader         liar           honest         guest
 *   192.0.2.1      192.0.2.2      192.0.2.3      192.0.2.4
 *   10.200.0.1 === by token ===== by token       wireguard-go with an invite's temporary identity
 * </pre>
 */
@Tag("root")
class ControlApiTest {
  private static final int DNS_PORT = 15353;
  private static final int GUEST = 3;
  private static final int LONG_BODY_BYTES = 10 << 20;
  private static final int FLOOD = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration FLOOD_LIMIT = Duration.ofMinutes(2);

  @TempDir private static Path folder;

  private static TokenMesh mesh;
  private static Node liar;
  private static Node honest;

  @BeforeAll
  static void join() {
    mesh = TokenMesh.start(GUEST, folder);
    RunningCommand first = mesh.startMember(1, mesh.invite("liar"));
    RunningCommand second = mesh.startMember(2, mesh.invite("honest"));
    liar = mesh.awaitMember(1, first);
    honest = mesh.awaitMember(2, second);
    Eventually.within(PATIENCE, "a mesh", () -> liar.answersAtOnce(honest.overlayIp()));
  }

  @AfterAll
  static void removeNetwork() {
    mesh.close();
  }

  @Test
  void aLocalProcessWithoutPrivilegesGetsNothing() throws IOException {
    for (Node node : List.of(mesh.leader(), liar)) {
      ApiCurl nobody = ApiCurl.on(node.host(), mesh.leader()).asNobody();
      for (Node claimed : List.of(mesh.leader(), liar, honest)) {
        ApiRequest forged = of(watch(newCaller()), PublicKey.parse(claimed.publicKey()));
        assertTellsNothing(401, nobody.send(forged, "--interface", node.overlayIp()));
      }
      assertTellsNothing(400, nobody.post("/v1/watch", "--interface", node.overlayIp()));
      assertTellsNothing(400, nobody.post("/", "--interface", node.overlayIp()));
    }
  }

  @Test
  void anInvitesTemporaryIdentityReachesTheControlPortOnly() {
    InviteToken token = mesh.invite("guest");
    Netns guest = mesh.machine(GUEST);
    try (WireGuardGo device = WireGuardGo.start(guest, 51820)) {
      device.set("private-key", WgKeys.file(token.privateKey().toBase64()).toString());
      String presharedKey = WgKeys.file(token.presharedKey().toBase64()).toString();
      peer(device, mesh.leader(), "0.0.0.0/0", presharedKey);
      device.up(IpText.format(token.temporaryIp()) + "/16");

      ApiCurl api = ApiCurl.on(guest, mesh.leader());
      Eventually.within(PATIENCE, "the control port", () -> api.post("/v1/watch").status() == 400);
      assertReachesNothingElse(guest, token);
      // Nor is it anybody to the other members themselves.
      peer(device, honest, honest.overlayIp() + "/32", presharedKey);
      assertFalse(answers(guest, honest.overlayIp()));
      assertTrue(device.show().peer(honest.publicKey()).latestHandshake().isEmpty());
      assertTrue(device.show().peer(mesh.leader().publicKey()).latestHandshake().isPresent());
      assertEquals(400, api.post("/v1/watch").status());
    }
  }

  private static void peer(WireGuardGo device, Node node, String allowedIps, String presharedKey) {
    device.set(
        "peer",
        node.publicKey(),
        "endpoint",
        node.endpoint(),
        "allowed-ips",
        allowedIps,
        "preshared-key",
        presharedKey);
  }

  private static void assertReachesNothingElse(Netns guest, InviteToken token) {
    String leader = mesh.leader().overlayIp();
    for (String target : List.of(leader, honest.overlayIp(), liar.overlayIp())) {
      assertFalse(answers(guest, target), target);
      for (String transport : List.of("+notcp", "+tcp")) {
        Dig.Reply reply =
            Dig.ask(guest, target, DNS_PORT, "leader.overlay.local", "+time=1", transport);
        assertFalse(reply.came(), reply::text);
      }
    }
    // Nobody begins with it either.
    assertFalse(answers(mesh.leader().host(), IpText.format(token.temporaryIp())));
    assertFalse(answers(honest.host(), IpText.format(token.temporaryIp())));
  }

  private static boolean answers(Netns from, String target) {
    return Ping.run(from, target, 3, Duration.ofMillis(100)).received() > 0;
  }

  @Test
  void aMemberThatLiesGetsErrorsAndHarmsNobody() throws IOException {
    ApiCurl curl = ApiCurl.on(liar.host(), mesh.leader());
    ApiCaller own = caller(privateKey(liar));
    ApiRequest good = watch(own);
    ApiCurl.Reply told = curl.send(good);
    assertEquals(200, told.status(), told::body);
    assertTrue(told.body().contains(honest.publicKey()), told::body);

    assertTellsNothing(401, curl.send(good));
    assertTellsNothing(401, curl.send(of(watch(own), PublicKey.parse(honest.publicKey()))));
    ApiCaller stolen = caller(privateKey(honest));
    assertTellsNothing(401, curl.send(watch(stolen)));
    assertTellsNothing(401, curl.send(new Leave(stolen).request(System.currentTimeMillis())));
    assertTellsNothing(403, curl.send(redemption(mesh.invite("bait"), own)));
    ApiRequest late =
        new MapFollower(own)
            .next(Optional.empty(), Optional.empty(), System.currentTimeMillis() - 3_600_000);
    assertTellsNothing(401, curl.send(late));
    assertClaimsNoOtherAddress(curl, stolen);

    assertIsCutShort(curl);
    assertEquals(Set.of("liar", "honest"), mesh.members());
    assertFloodsInVain(curl, watch(own));
    Eventually.within(
        PATIENCE, "the liar's own share again", () -> curl.send(watch(own)).status() == 200);
  }

  /** With another's address on its own interface, and even with that one's key, it isn't heard. */
  private static void assertClaimsNoOtherAddress(ApiCurl curl, ApiCaller stolen) {
    String address = honest.overlayIp() + "/32";
    liar.host().addAddress(liar.interfaceName(), address);
    ApiCurl.Reply reply =
        curl.send(watch(stolen), "--interface", honest.overlayIp(), "--max-time", "2");
    liar.host().ip("address", "delete", address, "dev", liar.interfaceName());
    assertEquals(new ApiCurl.Reply(0, ""), reply);
    liar.assertReaches(honest.overlayIp());
  }

  private static void assertIsCutShort(ApiCurl curl) throws IOException {
    Path body = folder.resolve("body");
    try (RandomAccessFile file = new RandomAccessFile(body.toFile(), "rw")) {
      file.setLength(LONG_BODY_BYTES);
    }
    for (String encoding : List.of("X-None: -", "Transfer-Encoding: chunked")) {
      long before = mesh.leaderReceivedBytes(liar);
      ApiCurl.Reply reply =
          curl.post("/v1/watch", "--data-binary", "@" + body, "-H", "Expect:", "-H", encoding);
      // Who still sends when the other side hangs up may lose the answer that came before.
      assertTrue(List.of(413, 0).contains(reply.status()), reply::toString);
      long received = mesh.leaderReceivedBytes(liar) - before;
      assertTrue(received < LONG_BODY_BYTES / 2, () -> received + " bytes were taken in");
    }
  }

  private static void assertFloodsInVain(ApiCurl curl, ApiRequest head) {
    ApiRequest forged = of(head, head.sender());
    RunningCommand flood = curl.flood(forged, FLOOD);
    flood.awaitText("429", FLOOD_LIMIT);
    try (Administration leader = mesh.administration()) {
      assertTrue(leader.addDnsRecord("meanwhile", IpText.parse("10.200.9.9")));
    }
    Eventually.within(
        PATIENCE,
        "news for the honest member during the flood",
        () ->
            Dig.ask(honest.host(), honest.overlayIp(), DNS_PORT, "meanwhile.overlay.local")
                .data()
                .equals(List.of("10.200.9.9")));
    honest.assertReaches(mesh.leader().overlayIp());
    Map<String, Long> statuses =
        flood
            .await(FLOOD_LIMIT)
            .output()
            .lines()
            .filter(line -> !line.isBlank())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    System.out.println("of " + FLOOD + " requests at once: " + statuses);
    assertTrue(List.of("000", "401", "429").containsAll(statuses.keySet()), statuses::toString);
    assertTrue(mesh.leading().isAlive());
  }

  private static ApiRequest watch(ApiCaller caller) {
    return new MapFollower(caller)
        .next(Optional.empty(), Optional.empty(), System.currentTimeMillis());
  }

  /** A member that redeems an invite, as if it were that. */
  private static ApiRequest redemption(InviteToken token, ApiCaller caller) {
    PublicKey key = Crypto.system().publicKey(newPrivateKey());
    return new Redemption(token, key, Optional.empty(), caller).request(System.currentTimeMillis());
  }

  /** The same as if it were another's. */
  private static ApiRequest of(ApiRequest request, PublicKey sender) {
    byte[] nonce = new byte[ApiRequest.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return new ApiRequest(
        request.method(),
        request.target(),
        sender,
        request.timeMillis(),
        nonce,
        request.body(),
        request.proof());
  }

  private static ApiCaller newCaller() {
    return caller(newPrivateKey());
  }

  private static PrivateKey newPrivateKey() {
    return PrivateKey.generate(new SecureRandom()::nextBytes);
  }

  private static ApiCaller caller(PrivateKey identity) {
    return new ApiCaller(
        Crypto.system(),
        identity,
        PublicKey.parse(mesh.leader().publicKey()),
        new SecureRandom()::nextBytes);
  }

  private static PrivateKey privateKey(Node node) throws IOException {
    return PrivateKey.parse(
        JsonMapper.shared()
            .readTree(Files.readString(node.stateFile()))
            .at("/config/private_key")
            .asString());
  }

  private static void assertTellsNothing(int status, ApiCurl.Reply reply) {
    assertEquals(status, reply.status(), reply::toString);
    assertTrue(reply.body().startsWith("{\"error\":"), reply::toString);
    for (Node node : List.of(mesh.leader(), liar, honest)) {
      assertFalse(reply.body().contains(node.publicKey()), reply::toString);
      assertFalse(reply.body().contains(node.endpoint()), reply::toString);
    }
  }
}
