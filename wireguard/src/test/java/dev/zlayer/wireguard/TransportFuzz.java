package dev.zlayer.wireguard;

import static dev.zlayer.wireguard.Packets.packet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.testkit.FuzzInput;
import dev.zlayer.wireguard.VirtualNetwork.Datagram;
import dev.zlayer.wireguard.VirtualNetwork.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A peer with a true session who sends anything in it: any packet under any counter, from anywhere,
 * at any time, altered and repeated. A model of plain sets says what reaches B's host.
 */
final class TransportFuzz {
  private static final int MAX_STEPS = 64;
  private static final int MAX_PACKET_BYTES = 1600;
  private static final long LIMIT = -(1L << 13) - 1;
  private static final int WINDOW = 8128;
  private static final List<Endpoint> PLACES =
      List.of(
          Endpoint.parse("192.0.2.1:51820"),
          Endpoint.parse("203.0.113.5:1"),
          Endpoint.parse("[2001:db8::7]:65535"));

  private final VirtualNetwork network = new VirtualNetwork(41, Crypto.system());
  private final Node b = network.node("192.0.2.2:51820");
  private final long begunNanos;
  private final TransportKeys keys;
  private final FuzzInput input;

  private final Set<Long> seen = new HashSet<>();
  private Optional<Long> greatest = Optional.empty();
  private byte[] lastMessage = {};
  private byte[] lastInner = {};
  private long lastCounter;
  private Endpoint place = PLACES.getFirst();

  private TransportFuzz(byte[] data) {
    input = new FuzzInput(data);
    network.cut = datagram -> true;
    PrivateKey privateKey = PrivateKey.generate(network.random::nextBytes);
    Identity identity = new Identity(network.crypto, privateKey);
    b.configure(
        PeerSettings.of(
                identity.publicKey(),
                Cidr.parse("10.0.0.1/32"),
                Cidr.parse("10.9.0.0/16"),
                Cidr.parse("fd00::/64"))
            .withEndpoint(place));
    IndexTable indices = new IndexTable(network.random::nextBytes);
    Peer peer = new Peer(b.publicKey(), indices, new Deadlines<>(), DropCounters.ofInterface());
    InitiatorHandshake handshake =
        InitiatorHandshake.begin(
                network.crypto,
                network.random::nextBytes,
                identity,
                peer,
                indices.freeIndex(),
                Tai64n.of(VirtualNetwork.EPOCH))
            .orElseThrow();
    begunNanos = network.now();
    b.receive(new Datagram(place, b.endpoint, handshake.message()));
    byte[] response = network.sent.getLast().bytes();
    keys = handshake.finish(network.crypto, response, peer.presharedKey).orElseThrow();
  }

  public static void fuzzerTestOneInput(byte[] data) {
    TransportFuzz fuzz = new TransportFuzz(data);
    for (int i = 0; i < MAX_STEPS && !fuzz.input.isEmpty(); i++) {
      fuzz.step();
    }
  }

  private void step() {
    switch (input.below(6)) {
      case 0, 1 -> {
        byte[] inner = input.below(2) == 0 ? input.string(MAX_PACKET_BYTES) : almostRight();
        long counter = counter();
        deliver(seal(counter, inner), counter, inner, true);
      }
      case 2 -> {
        byte[] inner = almostRight();
        long counter = counter();
        byte[] message = seal(counter, inner);
        message[8 + input.below(message.length - 8)] ^= (byte) (1 << input.below(8));
        long altered = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
        deliver(message, altered, inner, false);
      }
      case 3 -> {
        if (lastMessage.length > 0) {
          deliver(lastMessage, lastCounter, lastInner, true);
        }
      }
      case 4 -> b.send(packet("10.0.0.2", "10.0.0.1", "pong"));
      default -> network.advance(Duration.ofMillis(input.below(30_000)));
    }
  }

  /** Near the greatest one so far, near the limit, or anywhere. */
  private long counter() {
    long near = greatest.orElse(0L);
    return switch (input.below(5)) {
      case 0 -> near + 1;
      case 1 -> near - input.below(WINDOW + 40);
      case 2 -> near + input.below(20_000);
      case 3 -> LIMIT - 4 + input.below(8);
      default -> ByteBuffer.wrap(input.bytes(Long.BYTES)).getLong();
    };
  }

  /** A packet that B would take, but for some bytes. */
  private byte[] almostRight() {
    byte[] packet =
        switch (input.below(4)) {
          case 0 -> packet("10.0.0.1", "10.0.0.2", "four");
          case 1 -> packet("10.9.8.7", "10.0.0.2", "from the range");
          case 2 -> packet("fd00::1", "fd00::2", "six");
          default -> new byte[0];
        };
    packet = Arrays.copyOf(packet, packet.length + input.below(48));
    for (int i = input.below(3); i > 0 && packet.length > 0; i--) {
      packet[input.below(Math.min(packet.length, 40))] = input.bytes(1)[0];
    }
    return packet;
  }

  private byte[] seal(long counter, byte[] inner) {
    byte[] sealed = network.crypto.seal(keys.sending(), counter, inner, new byte[0]);
    return ByteBuffer.allocate(16 + sealed.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(Protocol.TYPE_TRANSPORT)
        .putInt(keys.remoteIndex())
        .putLong(counter)
        .put(sealed)
        .array();
  }

  private void deliver(byte[] message, long counter, byte[] inner, boolean authentic) {
    Endpoint source = PLACES.get(input.below(PLACES.size()));
    long dropped = drops();
    int received = b.received.size();
    b.receive(new Datagram(source, b.endpoint, message));

    boolean opened =
        authentic
            && network.now() - begunNanos < Duration.ofMinutes(3).toNanos()
            && isFresh(counter);
    Optional<byte[]> packet = opened ? packetIn(inner) : Optional.empty();
    assertEquals(packet.isPresent() ? 1 : 0, b.received.size() - received);
    packet.ifPresent(bytes -> assertArrayEquals(bytes, b.received.getLast()));
    boolean keepalive = opened && inner.length == 0;
    assertEquals(packet.isPresent() || keepalive ? 0 : 1, drops() - dropped);
    if (opened) {
      seen.add(counter);
      greatest =
          greatest
              .filter(value -> Long.compareUnsigned(value, counter) > 0)
              .or(() -> Optional.of(counter));
      lastMessage = message;
      lastInner = inner;
      lastCounter = counter;
      place = source;
    }
    assertEquals(place, b.engine.peers().getFirst().settings().endpoint().orElseThrow());
  }

  private boolean isFresh(long counter) {
    if (Long.compareUnsigned(counter, LIMIT) >= 0 || seen.contains(counter)) {
      return false;
    }
    return greatest.isEmpty()
        || Long.compareUnsigned(counter, greatest.get()) > 0
        || Long.compareUnsigned(greatest.get() - counter, WINDOW) <= 0;
  }

  /** What B's host is to see of a packet in an authentic message. */
  private static Optional<byte[]> packetIn(byte[] inner) {
    ByteBuffer packet = ByteBuffer.wrap(inner);
    int version = inner.length == 0 ? 0 : (inner[0] & 0xff) >> 4;
    int length;
    boolean allowed;
    if (version == 4 && inner.length >= 20) {
      length = packet.getShort(2) & 0xffff;
      int source = packet.getInt(12);
      allowed = length >= 20 && (source == 0x0a000001 || source >>> 16 == 0x0a09);
    } else if (version == 6 && inner.length >= 40) {
      length = 40 + (packet.getShort(4) & 0xffff);
      allowed = packet.getLong(8) == 0xfd00_0000_0000_0000L;
    } else {
      return Optional.empty();
    }
    return allowed && length <= inner.length
        ? Optional.of(Arrays.copyOf(inner, length))
        : Optional.empty();
  }

  private long drops() {
    return b.engine.drops().values().stream().mapToLong(Long::longValue).sum();
  }
}
