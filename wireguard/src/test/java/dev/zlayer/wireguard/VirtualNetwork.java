package dev.zlayer.wireguard;

import dev.zlayer.crypto.Crypto;
import dev.zlayer.crypto.Entropy;
import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.testkit.FaultyWire;
import dev.zlayer.testkit.VirtualClock;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Engines in one thread under virtual time, joined by a network whose delay, loss and duplication
 * come from a seed.
 */
final class VirtualNetwork extends FaultyWire<VirtualNetwork.Datagram> {
  static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** A datagram under way. */
  record Datagram(Endpoint source, Endpoint target, byte[] bytes) {
    int type() {
      return bytes[0];
    }
  }

  /** An engine at its place in the network. */
  final class Node {
    final PrivateKey privateKey;
    final Engine engine;
    final List<byte[]> received = new ArrayList<>();
    Endpoint endpoint;
    private final PacketBatch datagrams = batch();
    private final PacketBatch packets = batch();

    private Node(Endpoint endpoint, PrivateKey privateKey, Entropy entropy) {
      this.endpoint = endpoint;
      this.privateKey = privateKey;
      this.engine = new Engine(crypto, entropy, clock, privateKey, 1420);
    }

    PublicKey publicKey() {
      return engine.publicKey().orElseThrow();
    }

    /** The host hands the interface a packet. */
    void send(byte[] packet) {
      packets.clear();
      packets.add().copyFrom(packet);
      engine.seal(packets, datagrams, now());
      flush();
    }

    void configure(PeerSettings settings) {
      engine.configure(settings, now());
      flush();
    }

    PeerStatus status(Node peer) {
      return engine.peer(peer.publicKey()).orElseThrow();
    }

    long drops(DropReason reason) {
      return engine.drops().getOrDefault(reason, 0L);
    }

    void tick() {
      engine.tick(now());
      flush();
    }

    void receive(Datagram datagram) {
      datagrams.clear();
      PacketBuffer buffer = datagrams.add();
      buffer.copyFrom(datagram.bytes());
      buffer.endpoint(datagram.source());
      packets.clear();
      engine.open(datagrams, packets, now());
      for (int i = 0; i < packets.size(); i++) {
        received.add(packets.get(i).toByteArray());
      }
      flush();
    }

    /** Puts what the engine wants to send on the wire. */
    void flush() {
      while (true) {
        engine.drain(datagrams, now());
        for (int i = 0; i < datagrams.size(); i++) {
          PacketBuffer datagram = datagrams.get(i);
          transmit(new Datagram(endpoint, datagram.endpoint(), datagram.toByteArray()));
        }
        datagrams.clear();
        if (!engine.hasOutput()) {
          return;
        }
      }
    }
  }

  final Crypto crypto;
  final List<Node> nodes = new ArrayList<>();

  /** Every datagram that was sent, lost ones included, in order. */
  final List<Datagram> sent = new ArrayList<>();

  VirtualNetwork(long seed) {
    this(seed, new WatchedCrypto());
  }

  VirtualNetwork(long seed, Crypto crypto) {
    super(new VirtualClock(EPOCH, 1_000_000_000_000L), new Random(seed));
    this.crypto = crypto;
  }

  Node node(String endpoint) {
    return add(Endpoint.parse(endpoint), PrivateKey.generate(random::nextBytes));
  }

  /** The same identity at the same place, as a process that has just started. */
  Node rebirth(Node former) {
    nodes.remove(former);
    return add(former.endpoint, former.privateKey);
  }

  private Node add(Endpoint endpoint, PrivateKey privateKey) {
    Node node = new Node(endpoint, privateKey, random::nextBytes);
    nodes.add(node);
    return node;
  }

  /** The time that engines go by. */
  long now() {
    return clock.nanos();
  }

  /** Lets time pass and everything happen that is due in it. */
  void advance(Duration duration) {
    long end = now() + duration.toNanos();
    while (true) {
      long next = nextArrivalNanos();
      for (Node node : nodes) {
        next = Math.min(next, Math.max(now(), node.engine.nextDeadlineNanos()));
      }
      if (next > end) {
        clock.advanceTo(end);
        return;
      }
      clock.advanceTo(next);
      while (hasArrived()) {
        deliver(take());
      }
      for (Node node : nodes) {
        if (node.engine.nextDeadlineNanos() <= now()) {
          node.tick();
        }
      }
    }
  }

  /** Puts a datagram on the wire, as anybody in the network can. */
  @Override
  public void transmit(Datagram datagram) {
    sent.add(datagram);
    super.transmit(datagram);
  }

  long countSent(int type) {
    return sent.stream().filter(datagram -> datagram.type() == type).count();
  }

  private void deliver(Datagram datagram) {
    for (Node node : nodes) {
      if (node.endpoint.equals(datagram.target())) {
        node.receive(datagram);
      }
    }
  }

  private static PacketBatch batch() {
    return PacketBatch.allocate(
        Arena.ofAuto(), 8, 2048 + Engine.HEADROOM_BYTES, Engine.HEADROOM_BYTES);
  }
}
