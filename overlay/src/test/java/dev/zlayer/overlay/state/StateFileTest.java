package dev.zlayer.overlay.state;

import static dev.zlayer.overlay.SampleKeys.key;
import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.mesh.MeshCommand;
import dev.zlayer.overlay.mesh.MeshNode;
import dev.zlayer.overlay.mesh.MeshState;
import dev.zlayer.wireguard.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StateFileTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration REST = Duration.ofMinutes(5);

  /** Bob of RFC 7748, section 6.1. */
  private static final String PRIVATE_KEY = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=";

  private static final String PUBLIC_KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

  @TempDir Path temp;
  private DataDirectory directory;

  @BeforeEach
  void setUp() {
    directory = new DataDirectory(temp);
  }

  @Test
  void createdStateIsLoadedAgain() throws IOException {
    NodeState state = leaderState();
    assertThrows(StateFileException.class, () -> StateFile.requireExists(directory));
    StateFile.create(directory, state);
    StateFile.requireExists(directory);
    assertEquals(state, StateFile.load(directory).state());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.stateFile())));
  }

  @Test
  void keepsByWhichInviteTheNodeBecameAMember() {
    NodeState state = leaderState().withEnrolledBy(publicKey(9));
    StateFile.create(directory, state);
    assertEquals(state, StateFile.load(directory).state());
  }

  @Test
  void newFileHasTheOriginalsShape() throws IOException {
    StateFile.create(directory, leaderState());
    JsonNode tree = tree();
    assertEquals(
        List.of("config", "peers", "allocator_state", "zlayer_java"),
        List.copyOf(tree.propertyNames()));
    assertEquals(
        List.of(
            "cidr",
            "node_ip",
            "interface",
            "port",
            "private_key",
            "public_key",
            "is_leader",
            "created_at",
            "slice_cidr"),
        List.copyOf(tree.get("config").propertyNames()));
    JsonNode peer = tree.get("peers").get(0);
    assertEquals("leader.example.org:51820", peer.get("endpoint").stringValue());
    assertEquals("Direct", peer.get("connection_type").stringValue());
    assertEquals(0, peer.get("candidates").size());
    assertTrue(peer.get("slice_cidr").isNull());
    assertEquals("", tree.get("peers").get(1).get("endpoint").stringValue());
    assertEquals("10.200.0.1", tree.get("allocator_state").get("allocated").get(0).stringValue());
  }

  @Test
  void readsTheOriginalsFile() throws IOException {
    NodeState state = loadOriginal().state();
    assertEquals("zl-overlay0", state.config().interfaceName());
    assertEquals(51820, state.config().port());
    assertEquals(PRIVATE_KEY, state.config().privateKey().toBase64());
    assertEquals(Instant.ofEpochSecond(1767225600), state.config().createdAt());
    assertEquals(
        new MeshNode(
            Cidr.parse("10.200.0.0/16"),
            IpText.parse("10.200.0.1"),
            PublicKey.parse(PUBLIC_KEY),
            true,
            Optional.of(Cidr.parse("10.200.16.0/28"))),
        state.mesh().node());
    assertEquals(
        List.of(
            PeerConfig.of(
                    "worker-1",
                    "wZustUfLYGzJJXRPfhn5uqG76fRu6w5al/W0539R+C4=",
                    "203.0.113.10:51820",
                    IpText.parse("10.200.0.2"))
                .withHostname("web")
                .withSlice(Cidr.parse("10.200.32.0/28")),
            PeerConfig.of(
                "worker-2",
                "PjmDkP/8zfwuANqSvtR/8rWmIGMEzNqwQPkxv0cxuSA=",
                "[2001:db8::20]:51821",
                IpText.parse("10.200.0.3"))),
        state.mesh().peers());
    assertEquals(3, state.mesh().leases().orElseThrow().allocated().size());
    assertEquals(Cidr.parse("10.200.48.0/28"), state.mesh().sliceByNodeId().get("gone"));
  }

  @Test
  void unchangedStateChangesNothingButOurOwnKey() throws IOException {
    StateFile file = loadOriginal();
    file.save(file.state());
    ObjectNode saved = (ObjectNode) tree();
    assertEquals(1, saved.remove("zlayer_java").get("schema").intValue());
    assertEquals(MAPPER.readTree(original()), saved);
  }

  @Test
  void unknownFieldsSurviveChanges() throws IOException {
    StateFile file = loadOriginal();
    MeshState mesh = MeshState.restore(file.state().mesh(), REST);
    mesh.apply(
        new MeshCommand.RemovePeer(
            "r1", NOON, PublicKey.parse("PjmDkP/8zfwuANqSvtR/8rWmIGMEzNqwQPkxv0cxuSA=")));
    mesh.apply(new MeshCommand.AddPeer("r2", NOON, PeerConfig.of("new", key(9))));
    file.save(file.state().withMesh(mesh.snapshot()));

    JsonNode tree = tree();
    JsonNode before = MAPPER.readTree(original());
    assertEquals("kept", tree.get("future_root").stringValue());
    assertEquals(
        before.get("config").get("future_config"), tree.get("config").get("future_config"));
    assertEquals(before.get("peers").get(0), tree.get("peers").get(0));
    assertEquals("10.200.0.4", tree.get("peers").get(1).get("overlay_ip").stringValue());
    assertTrue(tree.get("allocator_state").get("future_allocator").booleanValue());
    assertEquals(before.get("slice_allocator_state"), tree.get("slice_allocator_state"));
    assertEquals(NOON.getEpochSecond(), resting(tree).get("10.200.0.3").longValue());
    assertEquals(mesh.snapshot(), StateFile.load(directory).state().mesh());
  }

  @Test
  void keepsUnknownFieldsUnderOurOwnKey() throws IOException {
    StateFile.create(directory, leaderState());
    ObjectNode tree = (ObjectNode) tree();
    ((ObjectNode) tree.get("zlayer_java")).put("later", "kept");
    Files.writeString(directory.stateFile(), tree.toString());
    StateFile file = StateFile.load(directory);
    file.save(file.state());
    assertEquals("kept", tree().get("zlayer_java").get("later").stringValue());
  }

  @Test
  void losingOurOwnKeyCostsOnlyWhatStoodThere() throws IOException {
    StateFile.create(directory, leaderState());
    ObjectNode tree = (ObjectNode) tree();
    tree.remove("zlayer_java");
    Files.writeString(directory.stateFile(), tree.toString());
    NodeState state = StateFile.load(directory).state();
    assertEquals(0, state.mesh().revision());
    assertEquals(Optional.empty(), state.endpoint());
    assertEquals(Map.of(), state.learnedEndpoints());
    assertEquals(Optional.empty(), state.mesh().peers().getFirst().presharedKey());
    assertEquals(leaderState().mesh().peers().size(), state.mesh().peers().size());
  }

  @Test
  void invitesComeBackAndAreWrittenNowhereElse() throws IOException {
    StateFile file = StateFile.create(directory, leaderState());
    MeshState mesh = MeshState.restore(file.state().mesh(), REST);
    for (int i = 1; i <= 4; i++) {
      mesh.apply(
          new MeshCommand.IssueInvite(
              "r",
              NOON,
              publicKey(100 + i),
              presharedKey(i),
              i == 1 ? Optional.of(IpText.parse("10.200.0.99")) : Optional.empty(),
              i == 1 ? Optional.of("invited") : Optional.empty(),
              NOON.plusSeconds(600)));
    }
    mesh.apply(new MeshCommand.RevokeInvite("r", NOON, publicKey(102)));
    for (int i = 3; i <= 4; i++) {
      mesh.apply(
          new MeshCommand.RedeemInvite(
              "r",
              NOON,
              publicKey(100 + i),
              publicKey(200 + i),
              presharedKey(i),
              Optional.empty()));
    }
    mesh.apply(new MeshCommand.ConfirmMember("r", NOON, publicKey(204)));
    file.save(file.state().withMesh(mesh.snapshot()));
    assertEquals(mesh.snapshot(), StateFile.load(directory).state().mesh());
    assertEquals(4, tree().get("zlayer_java").get("invites").size());
    mesh.apply(new MeshCommand.ExpireInvites("r", NOON.plusSeconds(600 + 3600)));
    file.save(file.state().withMesh(mesh.snapshot()));
    assertNull(tree().get("zlayer_java").get("invites"));
  }

  @Test
  void learnedEndpointsGoWithTheirPeers() throws IOException {
    StateFile file = StateFile.create(directory, leaderState());
    MeshState mesh = MeshState.restore(file.state().mesh(), REST);
    mesh.apply(new MeshCommand.RemovePeer("r", NOON, publicKey(1)));
    file.save(file.state().withMesh(mesh.snapshot()));
    assertNull(tree().get("zlayer_java").get("learned_endpoints").get(key(1)));
    assertNull(tree().get("zlayer_java").get("preshared_keys").get(key(1)));
  }

  @Test
  void nodeIpCountsAsTakenWhereTheLeasesLackIt() throws IOException {
    edit("\"allocated\": [\"10.200.0.1\", \"10.200.0.2\", \"10.200.0.3\"]", "\"allocated\": []");
    MeshState mesh = MeshState.restore(StateFile.load(directory).state().mesh(), REST);
    mesh.apply(new MeshCommand.AddPeer("r", NOON, PeerConfig.of("new", key(9))));
    assertEquals(
        IpText.parse("10.200.0.4"),
        mesh.peerByNodeId("new").flatMap(PeerConfig::overlayIp).orElseThrow());
  }

  @Test
  void keepaliveZeroIsOffAndNullIsTheDefault() throws IOException {
    edit("\"keepalive\": 25", "\"keepalive\": 0");
    StateFile file = StateFile.load(directory);
    List<PeerConfig> peers = file.state().mesh().peers();
    assertEquals(Duration.ZERO, peers.get(0).keepalive());
    assertEquals(PeerConfig.DEFAULT_KEEPALIVE, peers.get(1).keepalive());
    file.save(file.state());
    assertEquals(0, tree().get("peers").get(0).get("keepalive").intValue());
  }

  @Test
  void createRefusesToReplaceAState() throws IOException {
    Files.writeString(directory.stateFile(), "anything");
    var refusal =
        assertThrows(StateFileException.class, () -> StateFile.create(directory, leaderState()));
    assertEquals(
        "state file '%s' exists already: this node is set up; use it, or name another data directory"
            .formatted(directory.stateFile()),
        refusal.getMessage());
    assertEquals("anything", Files.readString(directory.stateFile()));
  }

  @Test
  void missingFileSaysWhatToDo() {
    assertEquals("does not exist: set this node up first: init or join", problem());
  }

  @Test
  void fileCutAtAnyByteIsReportedWithoutQuotingIt() throws IOException {
    byte[] whole = original();
    // The last byte is the newline behind the closing brace.
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(directory.stateFile(), cut);
      var refusal = assertThrows(StateFileException.class, () -> StateFile.load(directory));
      assertTrue(refusal.getMessage().contains(directory.stateFile().toString()));
      assertFalse(refusal.getMessage().contains("XasIf"), refusal.getMessage());
      assertNull(refusal.getCause());
      assertArrayEquals(cut, Files.readAllBytes(directory.stateFile()));
    }
  }

  @Test
  void damagedJsonNamesThePlaceAndNeverTheKey() throws IOException {
    edit("\"private_key\": \"Xas", "\"private_key\": Xas");
    assertEquals(
        "is damaged: not JSON at line 7, column 20: restore it from a backup, or move it away and"
            + " set the node up again",
        problem());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"port\": 51820 | \"port\": 70000 | field 'config.port' is not a whole number in 1..65535",
        "\"port\": 51820 | \"port\": \"51820\" | field 'config.port' is not a whole number in"
            + " 1..65535",
        "\"is_leader\": true | \"is_leader\": 1 | field 'config.is_leader' is not true or false",
        "\"is_leader\": true, | ~~ | field 'config.is_leader' is missing",
        "\"cidr\": \"10.200.0.0/16\", | \"cidr\": \"10.200.0.0/33\", | field 'config.cidr' is wrong:"
            + " CIDR '10.200.0.0/33': prefix length 33 is not in 0..32",
        "\"node_ip\": \"10.200.0.1\" | \"node_ip\": \"10.9.0.1\" | 10.9.0.1 is outside of"
            + " 10.200.0.0/16",
        "zl-overlay0 | zl-overlay0123456 | interface name 'zl-overlay0123456' is not 1 to 15"
            + " characters without spaces, '/', ':' and '%'",
        "\"203.0.113.10:51820\" | \"203.0.113.10\" | field 'peers[0].endpoint' is wrong: endpoint"
            + " '203.0.113.10' is not HOST:PORT, IPV4:PORT or [IPV6]:PORT",
        "\"worker-2\" | \"worker-1\" | node id 'worker-1' is taken by peer 'worker-1': remove that"
            + " peer first",
        "\"worker-2\" | \"worker 2\" | field 'peers[1]' is wrong: node id 'worker 2' is not 1 to 63"
            + " letters, digits, '-', '_' or '.'",
        "\"overlay_ip\": \"10.200.0.3\" | \"overlay_ip\": \"10.200.0.1\" | address 10.200.0.1 is"
            + " taken: it is this node's own",
        "\"future_root\": | \"zlayer_java\": {\"schema\": 2}, \"x\": | it was written by a newer"
            + " version of this program (schema 2)",
        "\"future_root\": | \"zlayer_java\": [], \"x\": | field 'zlayer_java' is not an object",
      })
  void refusesAShapeThatItDoesNotKnow(String before, String after, String problem)
      throws IOException {
    edit(before, after);
    byte[] damaged = Files.readAllBytes(directory.stateFile());
    assertEquals("can't be used: " + problem + "; correct it by hand", problem());
    assertArrayEquals(damaged, Files.readAllBytes(directory.stateFile()));
  }

  @Test
  void wrongSecretsAreNotQuoted() throws IOException {
    edit(PRIVATE_KEY, PRIVATE_KEY.substring(1));
    assertEquals(
        "can't be used: field 'config.private_key' is wrong: a private key is 44 base64 characters"
            + " that encode 32 bytes, unlike the 43 characters given; correct it by hand",
        problem());
    edit(
        "\"future_root\":",
        "\"zlayer_java\": {\"preshared_keys\": {\"%s\": \"secret\"}}, \"future_root\":"
            .formatted(key(1)));
    assertEquals(
        "can't be used: field 'zlayer_java.preshared_keys.%s' is wrong: a preshared key is 44"
                .formatted(key(1))
            + " base64 characters that encode 32 bytes, unlike the 6 characters given; correct it"
            + " by hand",
        problem());
  }

  @Test
  void refusesAnEndpointOfWhatIsNoKey() throws IOException {
    edit(
        "\"future_root\":",
        "\"zlayer_java\": {\"learned_endpoints\": {\"x\": \"192.0.2.9:1\"}}, \"future_root\":");
    assertEquals(
        "can't be used: field 'zlayer_java.learned_endpoints.x' is wrong: a public key is 44 base64"
            + " characters that encode 32 bytes, unlike 'x'; correct it by hand",
        problem());
  }

  @Test
  void refusesAPublicKeyOfAnotherPrivateKey() throws IOException {
    edit(PUBLIC_KEY, key(1));
    assertEquals(
        "can't be used: field 'config.public_key' does not belong to the key in"
            + " 'config.private_key'; correct it by hand",
        problem());
  }

  @Test
  void printsNoSecret() {
    NodeState state = leaderState();
    assertFalse(state.toString().contains(PRIVATE_KEY));
    assertFalse(state.toString().contains(key(101)));
  }

  @Test
  void leftoverOfACrashAtAnyByteIsIgnoredAndReplaced() throws IOException {
    StateFile file = StateFile.create(directory, leaderState());
    NodeState newer = leaderState().withEndpoint(Optional.of(HostPort.parse("new.example.org:1")));
    Path temporary = AtomicFile.temporary(directory.stateFile());
    byte[] content = Files.readAllBytes(directory.stateFile());
    for (int length = 0; length <= content.length; length++) {
      Files.write(temporary, Arrays.copyOf(content, length));
      assertEquals(leaderState(), StateFile.load(directory).state());
    }
    file.save(newer);
    assertEquals(newer, StateFile.load(directory).state());
    assertFalse(Files.exists(temporary));
  }

  @Test
  void oldContentIsNeverWrittenOver() throws IOException {
    StateFile file = StateFile.create(directory, leaderState());
    byte[] before = Files.readAllBytes(directory.stateFile());
    Path sameInode = Files.createLink(temp.resolve("link"), directory.stateFile());
    file.save(leaderState().withEndpoint(Optional.of(HostPort.parse("new.example.org:1"))));
    assertArrayEquals(before, Files.readAllBytes(sameInode));
    assertNotEquals(
        Files.getAttribute(sameInode, "unix:ino"),
        Files.getAttribute(directory.stateFile(), "unix:ino"));
  }

  @Test
  void failedSaveLeavesTheOldStateAndNoLeftover() throws IOException {
    StateFile file = StateFile.create(directory, leaderState());
    Path temporary = AtomicFile.temporary(directory.stateFile());
    Files.createDirectories(temporary.resolve("in-the-way"));
    NodeState newer = leaderState().withEndpoint(Optional.of(HostPort.parse("new.example.org:1")));
    assertThrows(StateFileException.class, () -> file.save(newer));
    assertEquals(leaderState(), file.state());
    assertEquals(leaderState(), StateFile.load(directory).state());
  }

  private static NodeState leaderState() {
    MeshNode node =
        new MeshNode(
            Cidr.parse("10.200.0.0/16"),
            IpText.parse("10.200.0.1"),
            PublicKey.parse(PUBLIC_KEY),
            true,
            Optional.empty());
    MeshState mesh = MeshState.create(node, REST);
    PeerConfig named =
        PeerConfig.of("w1", key(1), "leader.example.org:51820").withPresharedKey(presharedKey(101));
    mesh.apply(new MeshCommand.AddPeer("r1", NOON, named));
    mesh.apply(new MeshCommand.AddPeer("r2", NOON, PeerConfig.of("w2", key(2))));
    mesh.apply(new MeshCommand.AddPeer("r3", NOON, PeerConfig.of("w3", key(3))));
    mesh.apply(new MeshCommand.RemovePeer("r4", NOON, publicKey(3)));
    return new NodeState(
        new NodeConfig("zl-overlay0", 51820, PrivateKey.parse(PRIVATE_KEY), NOON),
        mesh.snapshot(),
        Optional.of(HostPort.parse("me.example.org:51820")),
        Map.of(publicKey(1), HostPort.parse("192.0.2.9:4000")));
  }

  private StateFile loadOriginal() throws IOException {
    Files.write(directory.stateFile(), original());
    return StateFile.load(directory);
  }

  /** Puts the original's file there with a text replaced. */
  private void edit(String before, String after) throws IOException {
    String text = new String(original(), StandardCharsets.UTF_8);
    assertTrue(text.contains(before), before);
    Files.writeString(directory.stateFile(), text.replace(before, after));
  }

  /** What stands behind the file's name in the refusal to load it. */
  private String problem() {
    String message =
        assertThrows(StateFileException.class, () -> StateFile.load(directory)).getMessage();
    String place = "state file '" + directory.stateFile() + "' ";
    assertTrue(message.startsWith(place), message);
    return message.substring(place.length());
  }

  private JsonNode tree() throws IOException {
    return MAPPER.readTree(Files.readAllBytes(directory.stateFile()));
  }

  private static JsonNode resting(JsonNode tree) {
    return tree.get("zlayer_java").get("resting");
  }

  private static byte[] original() throws IOException {
    try (InputStream in = StateFileTest.class.getResourceAsStream("original-leader.json")) {
      return in.readAllBytes();
    }
  }
}
