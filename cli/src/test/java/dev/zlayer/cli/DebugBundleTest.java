package dev.zlayer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bundle of a leader that has a peer with a preshared key, an invite, a name and a log. */
class DebugBundleTest {
  private static final String PEER = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
  private static final List<String> IDENTITIES =
      List.of(PEER, "vpn.example.org", "198.51.100.7", "10.200.0.7", "gitserver", "cellar", "wiki");

  @TempDir Path temp;
  private Path directory;
  private String token;

  @BeforeEach
  void setUpLeader() throws IOException {
    directory = temp.resolve("node");
    Path presharedKey = temp.resolve("psk");
    run("init", "--endpoint", "vpn.example.org:51820");
    Files.writeString(presharedKey, "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n");
    run(
        "peer",
        "add",
        "--node-id",
        "gitserver",
        "--public-key",
        PEER,
        "--ip",
        "10.200.0.7",
        "--endpoint",
        "198.51.100.7:51820",
        "--preshared-key-file",
        presharedKey.toString());
    run("dns", "add", "wiki", "10.200.0.7");
    token = tried("invite", "--name", "cellar", "--raw").out().strip();
    assertTrue(token.startsWith("zlt1_"), token);
    Files.writeString(
        directory.resolve("overlay.log"), "gitserver at 198.51.100.7 was given " + token + "\n");
  }

  private Cli run(String... words) {
    return tried(words).done();
  }

  private Cli tried(String... words) {
    String[] line = List.of(words).toArray(new String[words.length + 2]);
    line[words.length] = "--data-dir";
    line[words.length + 1] = directory.toString();
    return Cli.run(line);
  }

  private Map<String, String> bundle(String... options) throws IOException {
    Path file = temp.resolve("bundle" + options.length + ".zip");
    String[] words = {"debug", "bundle", "-o", file.toString()};
    String[] line = Stream.of(words, options).flatMap(Stream::of).toArray(String[]::new);
    run(line);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Map<String, String> texts = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        texts.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }

  /** Every text in the state that is a secret, by the names of their fields. */
  private Set<String> secrets() throws IOException {
    JsonNode state =
        JsonMapper.shared().readTree(directory.resolve("overlay_bootstrap.json").toFile());
    Set<String> secrets = new TreeSet<>();
    secrets.add(state.at("/config/private_key").asString());
    secrets.add(state.at("/zlayer_java/mesh_secret").asString());
    state.at("/zlayer_java/preshared_keys").forEach(key -> secrets.add(key.asString()));
    state
        .at("/zlayer_java/invites")
        .forEach(invite -> secrets.add(invite.get("preshared_key").asString()));
    secrets.remove("");
    assertTrue(secrets.size() >= 3, secrets::toString);
    secrets.add(token);
    return secrets;
  }

  @Test
  void tellsAllButSecrets() throws IOException {
    Map<String, String> texts = bundle();
    assertEquals(
        Set.of("state.json", "system.txt", "doctor.json", "network.txt", "resolver.txt", "log.txt"),
        texts.keySet());
    for (String secret : secrets()) {
      texts.forEach((name, text) -> assertFalse(text.contains(secret), name + " has " + secret));
    }
    for (String identity : IDENTITIES) {
      assertTrue(texts.get("state.json").contains(identity), identity);
    }
    assertEquals("gitserver at 198.51.100.7 was given (removed)\n", texts.get("log.txt"));
    assertTrue(texts.get("doctor.json").contains("\"check\" : \"kernel\""));
    assertTrue(texts.get("system.txt").contains("os.version"));
  }

  @Test
  void anonymisedItTellsOfNobody() throws IOException {
    String ownKey = run("key").out().strip();
    Map<String, String> texts = bundle("--anonymise");
    texts.forEach((name, text) -> {
      assertFalse(text.contains(ownKey), name);
      IDENTITIES.forEach(
          identity -> assertFalse(text.contains(identity), name + " has " + identity));
    });
    JsonNode state = JsonMapper.shared().readTree(texts.get("state.json"));
    String peer = state.at("/peers/0/node_id").asString();
    String place = state.at("/peers/0/endpoint").asString().replace(":51820", "");
    assertTrue(peer.startsWith("host-"), peer);
    assertEquals("%s at %s was given (removed)\n".formatted(peer, place), texts.get("log.txt"));
  }

  @Test
  void aDamagedStateIsLeftOutAsAWhole() throws IOException {
    Path state = directory.resolve("overlay_bootstrap.json");
    Files.writeString(state, Files.readString(state).substring(1));
    assertEquals("is damaged, and left out", bundle().get("state.json"));
  }

  @Test
  void whatIsThereIsNotOverwritten() {
    String file = temp.resolve("psk").toString();
    Cli.run("debug", "bundle", "-o", file, "--data-dir", directory.toString())
        .refused(1, file, "exists already");
  }
}
