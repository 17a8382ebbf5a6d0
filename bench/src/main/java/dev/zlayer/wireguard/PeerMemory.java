package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an engine keeps in memory for each peer: one that it only knows, and one that it has a
 * session with. Run by {@code bench/memory}.
 */
final class PeerMemory {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MTU = 1420;
  private static final long NOW = 0;

  private final Crypto crypto = Crypto.system();
  private final Endpoint place = Endpoint.of(InetAddress.ofLiteral("192.0.2.1"), 51820);
  private final PrivateKey key = PrivateKey.generate(RANDOM::nextBytes);
  private final PublicKey publicKey = crypto.publicKey(key);
  private final Engine engine = new Engine(crypto, RANDOM::nextBytes, Instant::now, key, MTU);
  private final PacketBatch datagrams = batch();
  private final PacketBatch packets = batch();

  /** Of the peers. */
  private final List<PrivateKey> keys;

  private PeerMemory(int peers) {
    keys = Stream.generate(() -> PrivateKey.generate(RANDOM::nextBytes)).limit(peers).toList();
  }

  public static void main(String[] arguments) throws IOException {
    new PeerMemory(Integer.parseInt(arguments[0])).measure();
  }

  private void measure() throws IOException {
    int peers = keys.size();
    meet(PrivateKey.generate(RANDOM::nextBytes), 0xffff);
    long start = heapBytes();
    for (int i = 0; i < peers; i++) {
      engine.configure(PeerSettings.of(crypto.publicKey(keys.get(i)), address(i)), NOW);
    }
    long known = heapBytes();
    tell(peers, "known", known - start, "");

    long resident = residentBytes();
    for (int i = 0; i < peers; i++) {
      meet(keys.get(i), i);
    }
    long met = heapBytes();
    long outside = residentBytes() - resident;
    tell(
        peers,
        "with a session",
        met - start,
        ", and the process grew by %d bytes for each".formatted(outside / peers));
  }

  private static void tell(int peers, String kind, long bytes, String more) {
    IO.println("%d peers %s: %d bytes of heap each%s".formatted(peers, kind, bytes / peers, more));
  }

  private static Cidr address(int number) {
    return Cidr.parse("10.%d.%d.%d/32".formatted(number >> 16, number >> 8 & 255, number & 255));
  }

  /** Lets the peer with {@code peerKey} come to a session. */
  private void meet(PrivateKey peerKey, int number) {
    engine.configure(PeerSettings.of(crypto.publicKey(peerKey), address(number)), NOW);
    try (Engine peer = new Engine(crypto, RANDOM::nextBytes, Instant::now, peerKey, MTU)) {
      peer.configure(
          PeerSettings.of(publicKey, Cidr.parse("10.255.0.1/32")).withEndpoint(place), NOW);
      peer.initiateAll(NOW);
      carry(peer, engine);
      carry(engine, peer);
      carry(peer, engine);
    }
    if (engine.peer(crypto.publicKey(peerKey)).orElseThrow().lastHandshake().isEmpty()) {
      throw new IllegalStateException("the two engines don't come to a handshake");
    }
  }

  private void carry(Engine from, Engine to) {
    from.drain(datagrams, NOW);
    for (int i = 0; i < datagrams.size(); i++) {
      datagrams.get(i).endpoint(place);
    }
    packets.clear();
    to.open(datagrams, packets, NOW);
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(Arena.ofAuto(), 64, 2048, Engine.HEADROOM_BYTES);
  }

  private static long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Of this process, in which the heap has its full size from the start. */
  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status tells no VmRSS");
  }
}
