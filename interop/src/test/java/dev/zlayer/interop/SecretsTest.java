package dev.zlayer.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Execution;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import dev.zlayer.testkit.Topology;
import dev.zlayer.testkit.WgKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two nodes with a preshared key talk, and say all that they can be made to say.
 *
 * <pre>
 *   leader 192.0.2.1 ------ 192.0.2.2 worker     underlay
 *   10.200.0.1 ============ 10.200.0.2           overlay, preshared key
 * </pre>
 */
@Tag("root")
class SecretsTest {
  private static final String TRACE = "-Dzlayer.log=trace";

  @TempDir private Path folder;

  private final List<String> secrets = new ArrayList<>();
  private Topology network;
  private Node leader;
  private Node worker;
  private Path presharedKeyFile;

  @BeforeEach
  void setUpNodes() throws IOException {
    network = new Topology();
    Netns left = network.namespace();
    Netns right = network.namespace();
    network.connect(left.nic("192.0.2.1/24"), right.nic("192.0.2.2/24"));
    String presharedKey = WgKeys.presharedKey();
    presharedKeyFile = Files.writeString(folder.resolve("psk"), presharedKey);
    leader = Node.init(left, "192.0.2.1:51820", folder);
    worker =
        Node.join(
            leader,
            right,
            "192.0.2.2:51820",
            folder,
            "10.200.0.2",
            "--preshared-key-file",
            presharedKeyFile.toString());
    addSecret(presharedKey);
    addSecret(privateKey(leader));
    addSecret(privateKey(worker));
  }

  @AfterEach
  void removeNetwork() {
    network.close();
  }

  @Test
  void staySecretWhileANodeRuns() throws IOException {
    RunningCommand first = leader.command("up").with("ZLAYER_JAVA_OPTS", TRACE).start();
    leader.awaitUp(first);
    assertHoldsNoSecret(
        leader.add(worker, "--preshared-key-file", presharedKeyFile.toString()).toString());
    RunningCommand second = worker.command("up").with("ZLAYER_JAVA_OPTS", TRACE).start();
    worker.awaitUp(second);
    leader.assertReaches(worker.overlayIp());

    assertHoldsNoSecret(Command.of("ps", "-ef", "-ww").output());
    assertHoldsNoSecret(
        Command.of("sh", "-c", "cat /proc/[1-9]*/cmdline 2>/dev/null; true").output());
    for (List<String> words :
        List.of(
            List.of("status"),
            List.of("status", "--json"),
            List.of("peer", "list", "--json"),
            List.of("up"),
            List.of("up", "--detach"))) {
      assertHoldsNoSecret(
          leader
              .command(words.toArray(String[]::new))
              .with("ZLAYER_JAVA_OPTS", TRACE)
              .run()
              .toString());
    }
    assertHoldsNoSecret(bundle(leader));
    String anonymous = bundle(worker, "--anonymise");
    assertHoldsNoSecret(anonymous);
    assertTrue(anonymous.contains("\"conditions\""), anonymous);
    for (String identity :
        List.of(leader.publicKey(), worker.publicKey(), leader.overlayIp(), "192.0.2.1")) {
      assertFalse(anonymous.contains(identity), () -> identity + " in: " + anonymous);
    }
    assertModes(leader);
    assertModes(worker);
    for (RunningCommand running : List.of(first, second)) {
      assertHoldsNoSecret(running.stop().toString());
    }
  }

  @Test
  void staySecretInErrors() throws IOException {
    String key = Files.readString(presharedKeyFile);
    Files.writeString(presharedKeyFile, key.substring(0, key.length() - 2));
    assertRefusedInSecrecy(
        leader.command(
            "peer",
            "add",
            "--node-id",
            "worker",
            "--public-key",
            worker.publicKey(),
            "--preshared-key-file",
            presharedKeyFile.toString()));
    Files.writeString(presharedKeyFile, "*" + key.substring(1));
    assertRefusedInSecrecy(
        leader.command(
            "peer",
            "add",
            "--node-id",
            "worker",
            "--public-key",
            worker.publicKey(),
            "--preshared-key-file",
            presharedKeyFile.toString()));

    String state = Files.readString(worker.stateFile());
    int keyStart = state.indexOf(privateKey(worker));
    Files.writeString(worker.stateFile(), state.substring(0, keyStart + 40));
    assertRefusedInSecrecy(worker.command("up"));
    Files.writeString(
        worker.stateFile(), new StringBuilder(state).deleteCharAt(keyStart + 42).toString());
    assertRefusedInSecrecy(worker.command("up"));
    Files.writeString(
        worker.stateFile(), new StringBuilder(state).insert(keyStart + 20, '\n').toString());
    assertRefusedInSecrecy(worker.command("up"));
  }

  private void assertRefusedInSecrecy(Command command) {
    Execution refused = command.with("ZLAYER_JAVA_OPTS", TRACE).run();
    assertNotEquals(0, refused.exitCode(), refused::toString);
    assertHoldsNoSecret(refused.toString());
  }

  private void assertModes(Node node) throws IOException {
    assertEquals("rwx------", mode(node.dataDirectory()));
    assertEquals("rw-------", mode(node.wgSocket()));
    List<Path> files;
    try (var entries = Files.list(node.dataDirectory())) {
      files = entries.toList();
    }
    assertTrue(
        files.contains(node.stateFile()) && files.contains(node.controlSocket()), files.toString());
    for (Path file : files) {
      assertEquals("rw-------", mode(file), file.toString());
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** A part of a key gives it away too, so that halves are looked for. */
  private void addSecret(String base64) {
    String hex = HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
    for (String form : List.of(base64, hex)) {
      secrets.add(form.substring(2, 14));
      secrets.add(form.substring(26, 38));
    }
  }

  private void assertHoldsNoSecret(String text) {
    for (String secret : secrets) {
      assertFalse(text.contains(secret), () -> "a part of a key in: " + text);
    }
  }

  /** The texts of a node's debug bundle. */
  private String bundle(Node node, String... options) throws IOException {
    Path file = folder.resolve(node.interfaceName() + ".zip");
    List<String> words = new ArrayList<>(List.of("debug", "bundle", "-o", file.toString()));
    words.addAll(List.of(options));
    node.command(words.toArray(String[]::new)).run().requireSuccess();
    StringBuilder texts = new StringBuilder();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      while (zip.getNextEntry() != null) {
        texts.append(new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return texts.toString();
  }

  private static String privateKey(Node node) throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(node.stateFile()))
        .at("/config/private_key")
        .asString();
  }
}
