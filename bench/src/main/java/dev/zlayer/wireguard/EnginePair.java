package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;

/** Two engines that are each other's peers, under a clock that stands until it is advanced. */
final class EnginePair {
  static final int PACKETS = 64;

  private static final int BUFFER_BYTES = 2048;
  private static final int MTU = 1420;
  private static final long STEP_NANOS = 10_000_000_000L;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Endpoint place = Endpoint.of(InetAddress.ofLiteral("192.0.2.1"), 51820);
  private final Engine left;
  private final Engine right;
  private final PacketBatch packets = batch();
  private final PacketBatch datagrams = batch();
  private final PacketBatch arrived = batch();
  private final byte[] packet;
  private long nowNanos;

  /**
   * @param packetBytes of each packet that {@link #seal} seals, 20 to 1420
   */
  EnginePair(Crypto crypto, int packetBytes) {
    this(crypto, packetBytes, 1);
  }

  /**
   * @param packetBytes of each packet that {@link #seal} seals, 20 to 1420
   * @param peers that each of the engines has; all but one of them are silent
   */
  EnginePair(Crypto crypto, int packetBytes, int peers) {
    PrivateKey leftKey = PrivateKey.generate(RANDOM::nextBytes);
    PrivateKey rightKey = PrivateKey.generate(RANDOM::nextBytes);
    left = new Engine(crypto, RANDOM::nextBytes, this::wall, leftKey, MTU);
    right = new Engine(crypto, RANDOM::nextBytes, this::wall, rightKey, MTU);
    left.configure(
        PeerSettings.of(crypto.publicKey(rightKey), Cidr.parse("10.0.0.2/32")).withEndpoint(place),
        nowNanos);
    right.configure(
        PeerSettings.of(crypto.publicKey(leftKey), Cidr.parse("10.0.0.1/32")).withEndpoint(place),
        nowNanos);
    for (int i = 1; i < peers; i++) {
      PublicKey silent = crypto.publicKey(PrivateKey.generate(RANDOM::nextBytes));
      Cidr address = Cidr.parse("10.1.%d.%d/32".formatted(i >> 8, i & 255));
      left.configure(PeerSettings.of(silent, address), nowNanos);
      right.configure(PeerSettings.of(silent, address), nowNanos);
    }
    left.initiateAll(nowNanos);
    finishHandshake();
    packet =
        ByteBuffer.allocate(packetBytes)
            .putShort((short) 0x4500)
            .putShort((short) packetBytes)
            .putInt(12, 0x0a00_0001)
            .putInt(16, 0x0a00_0002)
            .array();
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(Arena.ofAuto(), PACKETS, BUFFER_BYTES, Engine.HEADROOM_BYTES);
  }

  private Instant wall() {
    return Instant.ofEpochSecond(0, nowNanos);
  }

  /** Begins a handshake and brings it to its end. */
  void rekey() {
    nowNanos += STEP_NANOS;
    left.rekeyAll(nowNanos);
    finishHandshake();
  }

  private void finishHandshake() {
    carry(left, right);
    carry(right, left);
    carry(left, right);
  }

  private void carry(Engine from, Engine to) {
    from.drain(datagrams, nowNanos);
    deliver(to);
  }

  /** Fills a batch and seals it; returns how many packets found the session. */
  int seal() {
    for (int i = 0; i < PACKETS; i++) {
      packets.add().copyFrom(packet);
    }
    datagrams.clear();
    left.seal(packets, datagrams, nowNanos);
    return datagrams.size();
  }

  /** Opens what was sealed last; returns how many packets came out. */
  int open() {
    return deliver(right);
  }

  private int deliver(Engine to) {
    for (int i = 0; i < datagrams.size(); i++) {
      datagrams.get(i).endpoint(place);
    }
    arrived.clear();
    to.open(datagrams, arrived, nowNanos);
    return arrived.size();
  }

  /** Handshakes that have come to their end at the one that began them. */
  Instant lastHandshake() {
    return left.peers().getFirst().lastHandshake().orElseThrow();
  }
}
