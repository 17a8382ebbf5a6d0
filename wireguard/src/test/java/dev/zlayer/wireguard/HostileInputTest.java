package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No datagram and no packet does more than be counted. A at 10.0.0.1, B at 10.0.0.2. */
class HostileInputTest {
  private static final Duration MOMENT = Duration.ofMillis(10);
  private static final Endpoint STRANGER = Endpoint.parse("203.0.113.66:6");
  private static final int LARGEST = 2048 - Engine.HEADROOM_BYTES - Engine.TAILROOM_BYTES;

  private final VirtualNetwork network = new VirtualNetwork(13, Crypto.system());
  private final Node a = network.node("192.0.2.1:51820");
  private final Node b = network.node("192.0.2.2:51820");
  private final byte[] ping = packet("10.0.0.1", "10.0.0.2", "ping");
  private final byte[] pong = packet("10.0.0.2", "10.0.0.1", "pong");

  HostileInputTest() {
    a.configure(PeerSettings.of(b.publicKey(), Cidr.parse("10.0.0.2/32")).withEndpoint(b.endpoint));
    b.configure(PeerSettings.of(a.publicKey(), Cidr.parse("10.0.0.1/32")).withEndpoint(a.endpoint));
  }

  private void exchange() {
    int atA = a.received.size();
    int atB = b.received.size();
    a.send(ping);
    network.advance(MOMENT);
    b.send(pong);
    network.advance(MOMENT);
    assertEquals(atB + 1, b.received.size());
    assertEquals(atA + 1, a.received.size());
  }

  private static long sum(Map<DropReason, Long> drops) {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }

  /** 300,000 datagrams, each random, or a true one that was altered, cut, or lengthened. */
  @Test
  void countsEachAlteredDatagramAndGoesOn() {
    exchange();
    List<byte[]> genuine = messagesForB();
    Random random = new Random(17);
    for (int i = 0; i < 300_000; i++) {
      byte[] bytes = alter(genuine.get(random.nextInt(genuine.size())), random);
      long dropped = sum(b.engine.drops());
      b.receive(new Datagram(STRANGER, b.endpoint, bytes));
      int step = i;
      assertEquals(dropped + 1, sum(b.engine.drops()), () -> "datagram " + step);
    }
    assertEquals(
        a.endpoint, b.status(a).settings().endpoint().orElseThrow(), "followed a stranger");
    exchange();
    network.advance(Duration.ofSeconds(130));
    exchange();
  }

  /** One of each type that B has taken in already, so that unaltered ones are refused too. */
  private List<byte[]> messagesForB() {
    Map<Integer, byte[]> messages = new HashMap<>();
    network.sent.stream()
        .filter(datagram -> datagram.target().equals(b.endpoint))
        .forEach(datagram -> messages.put(datagram.type(), datagram.bytes()));
    Datagram response =
        network.sent.stream().filter(d -> d.type() == Protocol.TYPE_RESPONSE).findFirst().get();
    messages.put(Protocol.TYPE_RESPONSE, response.bytes());
    messages.put(
        Protocol.TYPE_COOKIE_REPLY,
        Arrays.copyOf(
            new byte[] {Protocol.TYPE_COOKIE_REPLY, 0, 0, 0}, Protocol.COOKIE_REPLY_BYTES));
    assertEquals(4, messages.size());
    return List.copyOf(messages.values());
  }

  private byte[] alter(byte[] genuine, Random random) {
    byte[] bytes =
        switch (random.nextInt(4)) {
          case 0 -> random(random, random.nextInt(random.nextBoolean() ? 200 : LARGEST));
          case 1 -> Arrays.copyOf(genuine, random.nextInt(genuine.length + 1));
          case 2 -> Arrays.copyOf(genuine, genuine.length + random.nextInt(100));
          default -> genuine.clone();
        };
    for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    if (bytes.length >= 4 && random.nextInt(4) == 0) {
      bytes[0] = (byte) random.nextInt(6);
      bytes[1] = bytes[2] = bytes[3] = 0;
    }
    if (bytes.length == Protocol.INITIATION_BYTES && random.nextInt(40) == 0) {
      Identity.stamp(bytes, b.publicKey());
    }
    return bytes;
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A peer that holds true keys, and puts anything it likes into them. */
  @Test
  void countsEachMalformedPacketOfATruePeer() {
    Rogue rogue = new Rogue();
    Random random = new Random(19);
    int passed = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] inner = innerPacket(random);
      long dropped = sum(b.engine.drops());
      int received = b.received.size();
      rogue.send(inner);
      int step = i;
      assertEquals(
          inner.length == 0 ? 0 : 1,
          sum(b.engine.drops()) - dropped + b.received.size() - received,
          () -> "packet " + step);
      passed += b.received.size() - received;
    }
    assertTrue(passed > 100, passed + " of 50,000 were well-formed");
    for (byte[] packet : b.received) {
      assertEquals("10.0.0.1", Packets.source(packet));
    }
  }

  private byte[] innerPacket(Random random) {
    byte[] inner = random(random, random.nextInt(random.nextBoolean() ? 64 : 1420));
    if (inner.length > 0) {
      inner[0] = (byte) ((random.nextInt(8) << 4) | 5);
    }
    int mold = random.nextInt(4);
    if (mold > 0) {
      System.arraycopy(ping, 0, inner, 0, Math.min(ping.length, inner.length));
    }
    if (mold > 1 && inner.length > 0) {
      inner[random.nextInt(Math.min(20, inner.length))] ^= (byte) (1 << random.nextInt(8));
    }
    return inner;
  }

  /** A's identity without A's engine: whatever is sent reaches B in a true session. */
  private final class Rogue {
    private final PacketBuffer buffer = PacketBuffer.allocate(Arena.ofAuto(), 2048);
    private final SealingKey sealing;

    Rogue() {
      IndexTable indices = new IndexTable(network.random::nextBytes);
      DropCounters drops = DropCounters.ofInterface();
      Peer peer = new Peer(b.publicKey(), indices, new Deadlines<>(), drops);
      InitiatorHandshake handshake =
          InitiatorHandshake.begin(
                  network.crypto,
                  network.random::nextBytes,
                  new Identity(network.crypto, a.privateKey),
                  peer,
                  indices.freeIndex(),
                  Tai64n.of(VirtualNetwork.EPOCH))
              .orElseThrow();
      b.receive(new Datagram(a.endpoint, b.endpoint, handshake.message()));
      TransportKeys keys =
          handshake
              .finish(network.crypto, network.sent.getLast().bytes(), peer.presharedKey)
              .orElseThrow();
      sealing = new SealingKey(network.crypto.aead(keys.sending()), keys.remoteIndex());
    }

    void send(byte[] inner) {
      buffer.clear(Engine.HEADROOM_BYTES);
      buffer.copyFrom(inner);
      sealing.seal(buffer, 1420);
      b.receive(new Datagram(a.endpoint, b.endpoint, buffer.toByteArray()));
    }
  }

  /** The host may write what it likes to the interface. */
  @Test
  void countsEachMalformedPacketOfTheHost() {
    exchange();
    Random random = new Random(23);
    PacketBatch packets = batch();
    PacketBatch datagrams = batch();
    int sealed = 0;
    for (int i = 0; i < 50_000; i++) {
      packets.add().copyFrom(innerPacket(random));
      long dropped = sum(a.engine.drops());
      a.engine.seal(packets, datagrams, network.now());
      int step = i;
      assertEquals(1, sum(a.engine.drops()) - dropped + datagrams.size(), () -> "packet " + step);
      sealed += datagrams.size();
      assertTrue(packets.isEmpty());
      datagrams.clear();
    }
    assertTrue(sealed > 100, sealed + " of 50,000 were well-formed");
    exchange();
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(Arena.ofAuto(), 4, 2048, Engine.HEADROOM_BYTES);
  }
}
