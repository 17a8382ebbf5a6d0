package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** B under a flood of initiations whose MAC1 is right; A is a peer of B, who wants a session. */
class LoadTest {
  private final VirtualNetwork network = new VirtualNetwork(13);
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");

  LoadTest() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")));
  }

  /** A second of initiations from as many sources, ten a millisecond. */
  private void flood(Duration duration) {
    byte[] initiation = new byte[Protocol.INITIATION_BYTES];
    for (long millisecond = 0; millisecond < duration.toMillis(); millisecond++) {
      for (int i = 0; i < 10; i++) {
        network.random.nextBytes(initiation);
        initiation[0] = Protocol.TYPE_INITIATION;
        initiation[1] = 0;
        initiation[2] = 0;
        initiation[3] = 0;
        Identity.stamp(initiation, b.publicKey());
        Endpoint source =
            new Endpoint(0, 0xffff_cb00_7100L | i, 0, 1 + network.random.nextInt(60_000));
        network.transmit(new Datagram(source, b.endpoint, initiation.clone()));
      }
      network.advance(Duration.ofMillis(1));
    }
  }

  @Test
  void demandsCookiesInsteadOfWorking() {
    flood(Duration.ofSeconds(1));
    assertTrue(b.drops(DropReason.COOKIE_DEMANDED) > 9_500);
    assertTrue(b.drops(DropReason.HANDSHAKE_FAILED) <= 2 * LoadMeter.THRESHOLD);
    assertTrue(network.countSent(Protocol.TYPE_COOKIE_REPLY) > 9_500);
  }

  @Test
  void letsAPeerWithACookieThrough() {
    flood(Duration.ofMillis(100));
    a.send(ping);
    flood(Duration.ofSeconds(6));
    assertEquals(1, b.received.size());
    assertTrue(a.status(b).lastHandshake().isPresent());
    assertEquals(0, a.drops(DropReason.WRONG_COOKIE_REPLY));
  }

  /** Their cookies prove where they are, and so that they share one address. */
  @Test
  void limitsACrowdOfStrangersWithCookies() {
    List<Node> crowd =
        IntStream.rangeClosed(1, 20).mapToObj(i -> network.node("198.51.100.1:" + i)).toList();
    flood(Duration.ofMillis(100));
    for (Node stranger : crowd) {
      stranger.configure(
          PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
      stranger.send(ping);
    }
    flood(Duration.ofSeconds(6));
    assertEquals(20, b.drops(DropReason.UNKNOWN_PEER) + b.drops(DropReason.RATE_LIMITED));
    assertTrue(b.drops(DropReason.UNKNOWN_PEER) <= 12);
  }

  @Test
  void keepsAnEstablishedSessionGoing() {
    a.send(ping);
    network.advance(Duration.ofMillis(10));
    for (int i = 0; i < 20; i++) {
      flood(Duration.ofMillis(50));
      a.send(ping);
    }
    network.advance(Duration.ofMillis(10));
    assertEquals(21, b.received.size());
  }

  /** As when B comes up, and all whom it calls answer at once. */
  @Test
  void asksNoCookieOfThoseWhomItCalled() {
    List<Node> peers =
        IntStream.rangeClosed(1, 200).mapToObj(i -> network.node("198.51.100.1:" + i)).toList();
    for (int i = 0; i < peers.size(); i++) {
      Node peer = peers.get(i);
      b.configure(
          PeerSettings.of(peer.publicKey(), Cidr.parse("10.1.0." + i + "/32"))
              .withEndpoint(peer.endpoint));
      peer.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")));
    }
    b.engine.initiateAll(network.now());
    b.flush();
    network.advance(Duration.ofMillis(10));
    assertEquals(
        200, peers.stream().filter(peer -> b.status(peer).lastHandshake().isPresent()).count());
    assertEquals(0, b.drops(DropReason.COOKIE_DEMANDED));
  }

  /** As when B comes up again, and all its peers notice at once. */
  @Test
  void asksNoCookieOfPeersWhoComeAllAtOnce() {
    List<Node> peers =
        IntStream.rangeClosed(1, 500).mapToObj(i -> network.node("198.51.100.1:" + i)).toList();
    for (int i = 0; i < peers.size(); i++) {
      Node peer = peers.get(i);
      b.configure(
          PeerSettings.of(
              peer.publicKey(), Cidr.parse("10.1.%d.%d/32".formatted(i / 256, i % 256))));
      peer.configure(
          PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    }
    peers.forEach(peer -> peer.engine.initiateAll(network.now()));
    peers.forEach(Node::flush);
    network.advance(Duration.ofMillis(10));
    assertEquals(
        500, peers.stream().filter(peer -> b.status(peer).lastHandshake().isPresent()).count());
    assertEquals(0, b.drops(DropReason.COOKIE_DEMANDED));
  }

  /** What a peer sent once, anybody can send again, and it leads to nothing. */
  @Test
  void demandsCookiesWhereInitiationsAreRepeated() {
    a.send(ping);
    Datagram initiation = network.sent.getFirst();
    network.advance(Duration.ofMillis(10));
    for (int i = 0; i < 1000; i++) {
      network.transmit(initiation);
    }
    network.advance(Duration.ofMillis(10));
    assertEquals(1 + LoadMeter.THRESHOLD, b.drops(DropReason.HANDSHAKE_REPLAYED));
    assertEquals(999 - LoadMeter.THRESHOLD, b.drops(DropReason.COOKIE_DEMANDED));
  }

  @Test
  void demandsCookiesOfWhoAnswersMoreThanOnce() {
    network.cut = datagram -> datagram.type() == Protocol.TYPE_INITIATION;
    a.send(ping);
    byte[] index = Arrays.copyOfRange(network.sent.getLast().bytes(), 4, 8);
    for (int i = 0; i < 1000; i++) {
      byte[] response = new byte[Protocol.RESPONSE_BYTES];
      network.random.nextBytes(response);
      System.arraycopy(new byte[] {Protocol.TYPE_RESPONSE, 0, 0, 0}, 0, response, 0, 4);
      System.arraycopy(index, 0, response, 8, 4);
      Identity.stamp(response, a.publicKey());
      network.transmit(new Datagram(b.endpoint, a.endpoint, response));
    }
    network.advance(Duration.ofMillis(10));
    assertEquals(1 + LoadMeter.THRESHOLD, a.drops(DropReason.HANDSHAKE_FAILED));
    assertEquals(999 - LoadMeter.THRESHOLD, a.drops(DropReason.COOKIE_DEMANDED));
  }

  @Test
  void countsCookieRepliesThatNobodyAskedFor() {
    byte[] reply = new byte[Protocol.COOKIE_REPLY_BYTES];
    reply[0] = Protocol.TYPE_COOKIE_REPLY;
    network.transmit(new Datagram(b.endpoint, a.endpoint, reply));
    network.advance(Duration.ofMillis(10));
    assertEquals(1, a.drops(DropReason.UNKNOWN_INDEX));
  }
}
