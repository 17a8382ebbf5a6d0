package dev.zlayer.overlay.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.api.ApiRequest;
import dev.zlayer.overlay.api.ApiResponse;
import dev.zlayer.overlay.api.LeaderDouble;
import dev.zlayer.overlay.api.MapFollower;
import dev.zlayer.overlay.api.MemberDouble;
import dev.zlayer.overlay.map.MapPosition;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control API over real sockets, in an overlay that is this host's loopback. */
class ControlServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path temp;
  private LeaderDouble leader;
  private MemberDouble member;
  private InetSocketAddress address;
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    leader = new LeaderDouble(temp.resolve("leader"));
    // Its lease is the lowest free address, 127.0.0.2, which is where this host connects from.
    member = leader.addByHand("member");
    address = new InetSocketAddress(LeaderDouble.ADDRESS, freePort());
    server = ControlServer.open(address, leader.api, (position, until) -> {});
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, LeaderDouble.ADDRESS)) {
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

  private static String exchange(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aMemberIsToldTheMapOverOneConnection() throws IOException {
    MapFollower follower = new MapFollower(member.caller);
    Optional<MapPosition> position = Optional.empty();
    try (ControlClient client = new ControlClient(address, member.address())) {
      for (int i = 0; i < 3; i++) {
        long now = System.currentTimeMillis();
        ApiResponse response =
            client.send(follower.next(position, Optional.empty(), now), PATIENCE);
        assertEquals(ApiResponse.OK, response.status());
        position = follower.received(response, now).map(change -> change.position());
        assertEquals(Optional.of(leader.maps.position()), position);
      }
    }
  }

  @Test
  void aRequestDoesNotWaitToBeAskedForItsBody() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, LeaderDouble.ADDRESS);
        ControlClient client =
            new ControlClient(
                new InetSocketAddress(LeaderDouble.ADDRESS, listening.getLocalPort()),
                member.address())) {
      FutureTask<String> head =
          new FutureTask<>(() -> {
            try (Socket asking = listening.accept()) {
              asking.setSoTimeout((int) PATIENCE.toMillis());
              return head(asking.getInputStream());
            }
          });
      Thread.ofVirtual().start(head);
      ApiRequest request =
          new MapFollower(member.caller).next(Optional.empty(), Optional.empty(), 0);
      assertThrows(IOException.class, () -> client.send(request, PATIENCE));
      assertFalse(head.get().contains("Expect"), head.get());
    }
  }

  @Test
  void whoWaitsToBeAskedForABodyIsAsked() throws IOException {
    try (Socket socket = connect(member.address())) {
      String request =
          "POST /v1/watch HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String answer = head(socket.getInputStream());
      assertTrue(answer.startsWith("HTTP/1.1 100 "), answer);
    }
  }

  /** Everything up to the first empty line. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      assertTrue(octet >= 0, () -> "the end after " + head);
      head.append((char) octet);
    }
    return head.toString();
  }

  @Test
  void whatProvesNothingGetsNothing() throws IOException {
    for (String request :
        List.of(
            "GET /v1/map HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "POST /v1/watch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
            "POST /v1/watch HTTP/1.1\r\nHost: x\r\nZLayer-Key: x\r\nConnection: close\r\n\r\n")) {
      try (Socket socket = connect(member.address())) {
        String answer = exchange(socket, request);
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertTrue(answer.contains("ZLayer-Key"), answer);
      }
    }
  }

  @Test
  void aLongBodyIsNotRead() throws IOException {
    try (Socket socket = connect(member.address())) {
      String answer =
          exchange(
              socket, "POST /v1/watch HTTP/1.1\r\nHost: x\r\nContent-Length: 10485760\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }
  }

  @Test
  void aLongBodyInChunksIsCutOff() throws IOException {
    try (Socket socket = connect(member.address())) {
      StringBuilder chunks =
          new StringBuilder(
              "POST /v1/watch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 17; i++) {
        chunks.append("400\r\n").append("x".repeat(1024)).append("\r\n");
      }
      String answer = exchange(socket, chunks.toString());
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }
  }

  @Test
  void longLinesAndManyHeadersAreNotTaken() throws IOException {
    for (String request :
        List.of(
            "GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(100) + "\r\n")) {
      try (Socket socket = connect(member.address())) {
        String answer = exchange(socket, request);
        assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
      }
    }
  }

  @Test
  void oneSourceHasAFewConnectionsAndOthersStillGetOne() throws IOException {
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < ControlServer.MAX_CONNECTIONS_A_SOURCE; i++) {
        held.add(connect(member.address()));
      }
      awaitHungUp(member.address());
      try (Socket other = connect(InetAddress.ofLiteral("127.0.0.99"))) {
        String answer = exchange(other, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      }
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  /** One more connection is accepted by the system and then hung up on. */
  private void awaitHungUp(InetAddress source) throws IOException {
    try (Socket extra = connect(source)) {
      InputStream in = extra.getInputStream();
      assertEquals(-1, in.read());
    }
  }

  @Test
  void closingHangsUpAndFreesThePort() throws IOException {
    try (Socket idle = connect(member.address())) {
      String answer = exchange(idle, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }
    try (Socket idle = connect(member.address())) {
      server.close();
      assertEquals(-1, idle.getInputStream().read());
    }
    assertThrows(IOException.class, () -> connect(member.address()));
    ControlServer.open(address, leader.api, (position, until) -> {}).close();
  }
}
