package dev.zlayer.overlay.dns;

import static dev.zlayer.overlay.dns.DnsClient.answers;
import static dev.zlayer.overlay.dns.DnsClient.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.OverlayException;
import dev.zlayer.wireguard.Cidr;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

class DnsServerTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final int port = DnsClient.freePort();
  private final DnsClient client = new DnsClient(new InetSocketAddress(LOOPBACK, port));
  private final DnsConfig config =
      DnsConfig.of("overlay.local")
          .withListenAddress(LOOPBACK)
          .withPort(port)
          .withNetworks(List.of(Cidr.parse("127.0.0.0/8")))
          .withoutForwarding();
  private DnsServer server;

  @BeforeEach
  void start() {
    server = DnsServer.of(config);
    server.start().addRecord("web", InetAddress.ofLiteral("127.0.0.5"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersOverUdpAndTcp() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of("A 127.0.0.5"), answers(client.ask("web.overlay.local.", Type.A)));
    }
    assertEquals(List.of("A 127.0.0.5"), answers(client.askOverTcp("web.overlay.local.", Type.A)));
    assertEquals(Rcode.REFUSED, client.ask("example.org.", Type.A).getRcode());
    assertEquals(config, server.config());
    assertEquals(4, server.statistics().udpAnswers());
    assertEquals(1, server.statistics().tcpAnswers());
    assertEquals(4, server.statistics().results().get(DnsResult.NOERROR));
    assertEquals(1, server.statistics().results().get(DnsResult.REFUSED));
    DnsLatency latency = server.statistics().ownLatency();
    assertEquals(5, latency.counts().stream().mapToLong(Long::longValue).sum());
    assertTrue(latency.sum().isPositive(), latency::toString);
  }

  @Test
  void anotherPortIsServedTooAndATakenOneChangesNothing() throws IOException {
    int other = DnsClient.freePort();
    server.listenAlso(other);
    server.listenAlso(other);
    DnsClient there = new DnsClient(new InetSocketAddress(LOOPBACK, other));
    assertEquals(List.of("A 127.0.0.5"), answers(there.ask("web.overlay.local.", Type.A)));
    assertEquals(List.of("A 127.0.0.5"), answers(there.askOverTcp("web.overlay.local.", Type.A)));
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(LOOPBACK, 0));
      int port = taken.getLocalPort();
      var refusal = assertThrows(OverlayException.class, () -> server.listenAlso(port));
      assertTrue(refusal.getMessage().contains("port " + port), refusal.getMessage());
    }
    assertEquals(List.of("A 127.0.0.5"), answers(client.ask("web.overlay.local.", Type.A)));
    server.close();
    assertThrows(OverlayException.class, () -> server.listenAlso(other));
  }

  @Test
  void aConnectionCarriesSeveralQueries() throws IOException {
    try (Socket socket = client.connect()) {
      for (int i = 0; i < 5; i++) {
        DnsClient.write(socket, query("web.overlay.local.", Type.A));
        DnsClient.write(socket, query("no.overlay.local.", Type.A));
        assertEquals(List.of("A 127.0.0.5"), answers(DnsClient.read(socket)));
        assertEquals(Rcode.NXDOMAIN, DnsClient.read(socket).getRcode());
      }
    }
  }

  @Test
  void recordsChangeWhileItRuns() throws IOException {
    DnsHandle names = server.handle();
    assertEquals("overlay.local", names.zone());
    names.addRecord("web", InetAddress.ofLiteral("127.0.0.6"));
    assertEquals(2, answers(client.ask("web.overlay.local.", Type.A)).size());
    assertTrue(names.removeRecord("web", InetAddress.ofLiteral("127.0.0.5")));
    assertEquals(List.of("A 127.0.0.6"), answers(client.ask("web.overlay.local.", Type.A)));
    assertTrue(names.removeRecord("web"));
    assertEquals(Rcode.NXDOMAIN, client.ask("web.overlay.local.", Type.A).getRcode());
  }

  @Test
  void strangersGetNoAnswer() throws IOException {
    int other = DnsClient.freePort();
    DnsConfig forOthers = config.withPort(other).withNetworks(List.of(Cidr.parse("10.200.0.0/16")));
    try (DnsServer closed = DnsServer.of(forOthers)) {
      closed.start();
      DnsClient stranger = new DnsClient(new InetSocketAddress(LOOPBACK, other));
      assertEquals(
          Optional.empty(),
          stranger.ask(query("ns.overlay.local.", Type.A), Duration.ofMillis(300)));
      assertThrows(IOException.class, () -> stranger.askOverTcp("ns.overlay.local.", Type.A));
      assertEquals(2, closed.statistics().strangers());
      assertEquals(0, closed.statistics().udpAnswers());
    }
  }

  @Test
  void aTakenPortIsNamed() {
    try (DnsServer second = DnsServer.of(config)) {
      OverlayException refusal = assertThrows(OverlayException.class, second::start);
      assertTrue(refusal.getMessage().contains("127.0.0.1 port " + port), refusal::getMessage);
    }
  }

  @Test
  void afterItsEndNobodyListens() throws IOException {
    try (Socket open = client.connect()) {
      DnsClient.write(open, query("web.overlay.local.", Type.A));
      assertEquals(List.of("A 127.0.0.5"), answers(DnsClient.read(open)));
      server.close();
      assertEquals(-1, open.getInputStream().read());
    }
    assertThrows(IOException.class, client::connect);
    for (int i = 0; i < 50; i++) {
      try (DnsServer next = DnsServer.of(config)) {
        next.start();
        assertEquals(Rcode.NXDOMAIN, client.ask("web.overlay.local.", Type.A).getRcode());
      }
    }
  }

  @Test
  void idleAndSlowConnectionsHoldUpNobody() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = client.connect();
        idle.add(socket);
        if (i % 2 == 0) {
          socket.getOutputStream().write(0);
        }
      }
      long start = System.nanoTime();
      assertEquals(List.of("A 127.0.0.5"), answers(client.ask("web.overlay.local.", Type.A)));
      for (int i = 0; i < 20; i++) {
        Message answer = client.askOverTcp("web.overlay.local.", Type.A);
        assertEquals(List.of("A 127.0.0.5"), answers(answer));
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.toSeconds() < 2, took::toString);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  /** One query may take 10 s, however it is stretched. */
  @Test
  void aClientThatSendsByteByByteIsHungUpOn() throws Exception {
    try (Socket slow = client.connect()) {
      slow.setSoTimeout(1500);
      byte[] wire = query("web.overlay.local.", Type.A).toWire();
      slow.getOutputStream().write(new byte[] {0, (byte) wire.length});
      long start = System.nanoTime();
      int sent = 0;
      while (isOpen(slow) && System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
        slow.getOutputStream().write(wire, sent++, 1);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.toSeconds() >= 9 && took.toSeconds() <= 14, took::toString);
    }
  }

  private static boolean isOpen(Socket socket) {
    try {
      return socket.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException open) {
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Test
  void anOverlongQueryEndsTheConnection() throws IOException {
    try (Socket socket = client.connect()) {
      socket.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xff});
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void survivesAHundredThousandMessagesOfAnyKind() throws IOException {
    long seed = 20261124;
    Random random = new Random(seed);
    long sent = sendAnything(random, 5_000);
    long before = usedBytes();
    sent += sendAnything(random, 100_000);
    assertEquals(List.of("A 127.0.0.5"), answers(client.ask("web.overlay.local.", Type.A)));
    assertEquals(List.of("A 127.0.0.5"), answers(client.askOverTcp("web.overlay.local.", Type.A)));
    DnsStatistics statistics = server.statistics();
    // Each was answered or passed over on purpose: none ended in an exception.
    assertEquals(
        sent + 2,
        statistics.udpAnswers() + statistics.tcpAnswers() + statistics.ignored(),
        statistics::toString);
    long grown = usedBytes() - before;
    assertTrue(grown < 8 << 20, () -> grown + " bytes more, seed " + seed);
  }

  /**
   * Half over each transport. Each is waited for, so that none is lost unread. Returns how many
   * were sent, with those that were waited for.
   */
  private long sendAnything(Random random, int count) throws IOException {
    long sent = count;
    byte[] query = query("web.overlay.local.", Type.A).toWire();
    Socket tcp = client.connect();
    try (DatagramSocket udp = new DatagramSocket()) {
      for (int i = 0; i < count; i += 2) {
        byte[] message = message(random, query);
        udp.send(
            new DatagramPacket(message, message.length, new InetSocketAddress(LOOPBACK, port)));
        if (i % 100 == 0) {
          client.ask("web.overlay.local.", Type.A);
          sent++;
        }
        if (!isAnswered(tcp, message(random, query))) {
          tcp.close();
          tcp = client.connect();
        }
      }
    } finally {
      tcp.close();
    }
    return sent;
  }

  /** Over TCP, what is no query ends the connection. */
  private static boolean isAnswered(Socket tcp, byte[] message) throws IOException {
    tcp.getOutputStream()
        .write(
            ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array());
    DataInputStream in = new DataInputStream(tcp.getInputStream());
    try {
      in.skipNBytes(in.readUnsignedShort());
      return true;
    } catch (EOFException closed) {
      return false;
    }
  }

  private static byte[] message(Random random, byte[] query) {
    byte[] message;
    if (random.nextInt(3) == 0) {
      message = new byte[random.nextInt(200)];
      random.nextBytes(message);
    } else {
      message = query.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
    }
    return message;
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
