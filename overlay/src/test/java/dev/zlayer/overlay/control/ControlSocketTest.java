package dev.zlayer.overlay.control;

import static dev.zlayer.overlay.SampleKeys.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.state.DataDirectory;
import dev.zlayer.overlay.state.JsonText;
import dev.zlayer.testkit.Eventually;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ControlSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path temp;
  private final SampleNode node = new SampleNode();
  private DataDirectory directory;
  private RemoteNode remote;
  private ControlSocket socket;

  @BeforeEach
  void serve() throws IOException {
    directory = new DataDirectory(temp);
    remote = new RemoteNode(directory);
    socket = ControlSocket.open(directory.controlSocket(), node);
    socket.serve();
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void tellsAllocations() {
    assertEquals(SampleNode.ALLOCATIONS, remote.allocations());
  }

  @Test
  void remoteNodeSaysWhatTheNodeSays() {
    assertTrue(RemoteNode.isRunning(directory));
    assertEquals(SampleNode.DESCRIPTION, remote.node());
    assertEquals(node.status(), remote.status());
    assertEquals(List.of(), remote.peers());
  }

  @Test
  void peerIsAddedWithItsSecretWhichDoesNotComeBack() {
    PeerConfig answered = remote.addPeer(SampleNode.FULL);
    assertEquals(List.of(SampleNode.FULL), node.peers);
    assertEquals(SampleNode.withoutSecret(SampleNode.FULL), answered);
    assertEquals(List.of(answered), remote.peers());
  }

  @Test
  void dnsIsShownAndChanged() {
    assertEquals(SampleNode.DNS, remote.dns());
    assertTrue(remote.addDnsRecord("web", IpText.parse("fd00:200::5")));
    assertFalse(remote.removeDnsRecord("web", Optional.of(IpText.parse("10.200.0.5"))));
    assertFalse(remote.removeDnsRecord("web", Optional.empty()));
    assertEquals(
        List.of("add web fd00:200::5", "remove web 10.200.0.5", "remove web"), node.dnsRequests);
  }

  @Test
  void levelsAreShownAndSet() {
    assertEquals(Map.of("ROOT", "info"), remote.logLevels().levels());
    remote.logLevels().set("a.B", "debug");
    assertEquals(Map.of("ROOT", "info", "a.B", "debug"), remote.logLevels().levels());
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> remote.logLevels().set("ROOT", "loud"));
    assertEquals("'loud' is not a level", refusal.getMessage());
  }

  @Test
  void refusalsKeepTheirKind() {
    var impossible = assertThrows(OverlayException.class, () -> remote.removePeer("nobody"));
    assertEquals("no peer 'nobody'", impossible.getMessage());
    var bad = assertThrows(IllegalArgumentException.class, () -> remote.removePeer("bad"));
    assertEquals("'bad' breaks a rule", bad.getMessage());
  }

  @Test
  void bugIsAnsweredAndSurvived() {
    var failure = assertThrows(OverlayException.class, () -> remote.removePeer("bug"));
    assertTrue(failure.getMessage().startsWith("internal error: "), failure.getMessage());
    assertEquals(SampleNode.DESCRIPTION, remote.node());
  }

  @Test
  void stopIsAnsweredFirst() throws InterruptedException {
    remote.stop();
    assertTrue(node.stopped.await(10, TimeUnit.SECONDS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage | not a request: a line is not JSON",
        "{\"request\":\"node\"} x | not a request: a line is not JSON",
        "\u00ff\u00fe | not a request: a line is not JSON",
        "[] | the request is not known to this node's version",
        "7 | the request is not known to this node's version",
        "{} | the request is not known to this node's version",
        "{\"request\":7} | the request is not known to this node's version",
        "{\"request\":\"dance\"} | the request is not known to this node's version",
        "{\"request\":\"add_peer\"} | field 'peer' is not an object",
        "{\"request\":\"add_peer\",\"peer\":7} | field 'peer' is not an object",
        "{\"request\":\"add_peer\",\"peer\":{}} | field 'peer.node_id' is missing",
        "{\"request\":\"remove_peer\"} | field 'request.peer' is missing",
        "{\"request\":\"remove_peer\",\"peer\":{}} | field 'request.peer' is not a string",
      })
  void whatIsNoRequestIsAnsweredWithAnError(String line, String reason) throws IOException {
    assertEquals(reason, exchange(line).path("error").asString());
    assertEquals(SampleNode.DESCRIPTION, remote.node());
  }

  @Test
  void emptyLineIsNoRequest() throws IOException {
    assertTrue(exchange("").has("error"));
  }

  @Test
  void lineWithoutEndIsRefusedBeforeItFillsTheMemory() throws IOException {
    JsonNode answer = exchange("x".repeat((64 << 10) + 1));
    assertEquals(
        "not a request: a line is longer than 65536 bytes", answer.path("error").asString());
    assertEquals(SampleNode.DESCRIPTION, remote.node());
  }

  @Test
  void badSecretIsNotAnswered() throws IOException {
    String peer = NodeJson.withSecret(SampleNode.FULL).toString();
    String line = "{\"request\":\"add_peer\",\"peer\":" + peer.replace(key(9), "hunter2") + "}";
    assertFalse(exchange(line).toString().contains("hunter2"));
  }

  @Test
  void callersThatHangUpOrSayNothingDoNotKeepOthersAway() throws IOException {
    for (int i = 0; i < 100; i++) {
      connect().close();
    }
    List<SocketChannel> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        idle.add(connect());
      }
      // All places are taken: whoever comes now is turned away, not kept waiting.
      assertThrows(OverlayException.class, remote::node);
    } finally {
      for (SocketChannel connection : idle) {
        connection.close();
      }
    }
    Eventually.within(PATIENCE, "an answer", this::answers);
  }

  @Test
  void socketIsItsOwnersOnlyAndGoesWithIt() throws IOException {
    Path path = directory.controlSocket();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    try (SocketChannel waiting = connect()) {
      // Connections are taken in the order in which they came.
      remote.node();
      socket.close();
      assertFalse(Files.exists(path));
      assertFalse(RemoteNode.isRunning(directory));
      assertEquals(-1, waiting.read(ByteBuffer.allocate(1)));
    }
    assertThrows(OverlayException.class, remote::node);
  }

  @Test
  void socketOfADeadProcessIsReplacedAndThatOfALiveOneIsNot() throws IOException {
    assertThrows(
        IOException.class, () -> ControlSocket.open(directory.controlSocket(), node).close());
    socket.close();
    Files.createFile(directory.controlSocket());
    socket = ControlSocket.open(directory.controlSocket(), node);
    socket.serve();
    assertEquals(SampleNode.DESCRIPTION, remote.node());
  }

  private boolean answers() {
    try {
      return remote.node().isLeader();
    } catch (OverlayException notYet) {
      return false;
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(directory.controlSocket()));
  }

  /** Sends a line and returns the answer. */
  private JsonNode exchange(String line) throws IOException {
    try (SocketChannel connection = connect()) {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        connection.write(bytes);
      }
      byte[] answer = Channels.newInputStream(connection).readAllBytes();
      return JsonText.parse(answer);
    }
  }
}
