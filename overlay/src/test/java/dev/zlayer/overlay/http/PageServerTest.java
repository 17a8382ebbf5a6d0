package dev.zlayer.overlay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.wireguard.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages over real sockets, in an overlay that is a part of this host's loopback. */
class PageServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final InetAddress NODE = IpText.parse("127.9.0.1");
  private static final InetAddress MEMBER = IpText.parse("127.9.0.2");
  private static final InetAddress STRANGER = IpText.parse("127.0.0.1");

  private InetSocketAddress address;
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    address = new InetSocketAddress(NODE, freePort());
    server = open();
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private PageServer open() {
    return PageServer.open(
        "a test",
        address,
        Visitors.ofOverlay(
            List.of(Cidr.parse("127.9.0.0/16")), name -> name.endsWith(".overlay.local")),
        Map.of(
            "/echo",
            request ->
                text(request.query() + "|" + request.headers().apply("accept").orElse("none")),
            "/none",
            _ -> {
              throw new PageNotFoundException("there is no such peer");
            },
            "/bug",
            _ -> {
              throw new IllegalStateException("a secret");
            }));
  }

  private static PageContent text(String text) {
    return new PageContent(
        "text/plain; version=0.0.4; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8),
        Map.of("Content-Security-Policy", "default-src 'self'"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, NODE)) {
      return probe.getLocalPort();
    }
  }

  private Socket connect(InetAddress source) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(source, 0));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(address);
    return socket;
  }

  private String answer(String request) throws IOException {
    try (Socket socket = connect(MEMBER)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private String get(String target, String host) throws IOException {
    return answer("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  @Test
  void showsAPageWithItsTypeAndHeaders() throws IOException {
    String answer = get("/echo?a=b", "x.overlay.local\r\nAccept: text/x");
    assertStatus(200, answer);
    assertTrue(answer.endsWith("\r\n\r\na=b|text/x"), answer);
    for (String header :
        List.of(
            "Content-Type: text/plain; version=0.0.4; charset=utf-8",
            "Content-Length: 10",
            "Content-Security-Policy: default-src 'self'",
            "Cache-Control: no-store",
            "X-Content-Type-Options: nosniff")) {
      assertTrue(answer.contains("\r\n" + header + "\r\n"), answer);
    }
    assertFalse(answer.contains("Access-Control"), answer);
  }

  @Test
  void answersSeveralRequestsOverOneConnection() throws IOException {
    String request = "GET /echo?1 HTTP/1.1\r\nHost: 127.9.0.1\r\n\r\n";
    String answer = answer(request + request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertEquals(3, answer.split("1\\|none", -1).length, answer);
  }

  @Test
  void tellsOfAPageWithoutItsBodyWhereThatIsAskedFor() throws IOException {
    String answer = answer("HEAD /echo HTTP/1.1\r\nHost: 127.9.0.1\r\nConnection: close\r\n\r\n");
    assertStatus(200, answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.9.0.1", "127.9.0.1:15380", "[fd00::1]:1", "node-1.OVERLAY.local:1"})
  void answersUnderItsAddressAndNamesOfTheMesh(String host) throws IOException {
    assertStatus(200, get("/echo", host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost", "overlay.local.evil.example:15380"})
  void answersUnderNoOtherName(String host) throws IOException {
    String answer = get("/echo", host);
    assertStatus(421, answer);
    assertFalse(answer.contains("|none"), answer);
  }

  @ParameterizedTest
  @CsvSource({
    "404, GET / HTTP/1.1",
    "404, GET /echo/ HTTP/1.1",
    "404, GET /../echo HTTP/1.1",
    "404, GET /%65cho HTTP/1.1",
    "405, POST /echo HTTP/1.1",
    "405, DELETE /echo HTTP/1.1",
    "405, OPTIONS /echo HTTP/1.1",
    "500, GET /bug HTTP/1.1"
  })
  void refusesWhatIsNoReadingOfAPage(int status, String line) throws IOException {
    String answer = answer(line + "\r\nHost: 127.9.0.1\r\nConnection: close\r\n\r\n");
    assertStatus(status, answer);
    assertEquals(status == 405, answer.contains("\r\nAllow: GET, HEAD\r\n"), answer);
    assertFalse(answer.contains("secret"), answer);
  }

  @Test
  void saysWhatAPageDoesNotKnow() throws IOException {
    String answer = get("/none", "127.9.0.1");
    assertStatus(404, answer);
    assertTrue(answer.endsWith("\r\n\r\nthere is no such peer\n"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /echo HTTP/1.1\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: 127.9.0.1\r\nContent-Length: 1048576\r\n\r\n",
        "GET /echo HTTP/1.1\r\nHost: 127.9.0.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: 127.9.0.1\r\nContent-Length: 2\r\n\r\n{}",
        "nonsense\r\n\r\n"
      })
  void hangsUpOnMalformedRequests(String request) throws IOException {
    assertStatus(400, answer(request));
  }

  @Test
  void takesNoLongLinesNoManyHeadersAndNoEmptyHost() throws IOException {
    for (String headers :
        List.of("Host: 127.9.0.1\r\nA: " + "b".repeat(10_000), "A: b\r\n".repeat(100), "Host: ")) {
      String answer = answer("GET /echo HTTP/1.1\r\n" + headers + "\r\n\r\n");
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
    }
  }

  @Test
  void hangsUpOnStrangers() throws IOException {
    try (Socket socket = connect(STRANGER)) {
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void oneSourceHasAFewConnectionsAndOthersStillGetOne() throws IOException {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < PageServer.MAX_CONNECTIONS_A_SOURCE; i++) {
        held.add(connect(NODE));
      }
      try (Socket extra = connect(NODE)) {
        assertEquals(-1, extra.getInputStream().read());
      }
      assertStatus(200, get("/echo", "127.9.0.1"));
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void closingHangsUpAndFreesThePort() throws IOException {
    try (Socket idle = connect(MEMBER)) {
      server.close();
      assertTrue(hasEnded(idle));
    }
    assertThrows(IOException.class, () -> connect(MEMBER));
    open().close();
  }

  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void saysWhereItCannotListen() {
    OverlayException taken = assertThrows(OverlayException.class, this::open);
    assertTrue(
        taken.getMessage().startsWith("a test can't listen on 127.9.0.1 port " + address.getPort()),
        taken.getMessage());
  }
}
