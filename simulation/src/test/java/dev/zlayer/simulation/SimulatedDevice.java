package dev.zlayer.simulation;

import dev.zlayer.crypto.PrivateKey;
import dev.zlayer.crypto.PublicKey;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.wireguard.Engine;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code Device} is in the product: a running interface, joined to the world's wire. */
final class SimulatedDevice implements AutoCloseable {
  private final World world;
  private final Host host;
  private final Engine engine;

  SimulatedDevice(World world, Host host, PrivateKey privateKey) {
    this.world = world;
    this.host = host;
    this.engine = new Engine(world.crypto, world.entropy::fill, host::wall, privateKey, World.MTU);
  }

  /** The host hands the interface a packet. */
  void send(byte[] packet) {
    world.packets.clear();
    world.packets.add().copyFrom(packet);
    engine.seal(world.packets, world.datagrams, world.nanos());
    flush();
  }

  /** Packets for the host that a datagram held. */
  List<byte[]> receive(Datagram datagram) {
    world.datagrams.clear();
    world.packets.clear();
    PacketBuffer buffer = world.datagrams.add();
    buffer.copyFrom(datagram.bytes());
    buffer.endpoint(datagram.source());
    engine.open(world.datagrams, world.packets, world.nanos());
    List<byte[]> packets = new ArrayList<>();
    for (int i = 0; i < world.packets.size(); i++) {
      packets.add(world.packets.get(i).toByteArray());
    }
    flush();
    return packets;
  }

  void configure(PeerSettings settings) {
    engine.configure(settings, world.nanos());
    flush();
  }

  void remove(PublicKey key) {
    engine.remove(key);
    flush();
  }

  void initiateAll() {
    engine.initiateAll(world.nanos());
    flush();
  }

  void initiate(PublicKey key) {
    engine.initiate(key, world.nanos());
    flush();
  }

  List<PeerStatus> peers() {
    return engine.peers();
  }

  Optional<PeerStatus> peer(PublicKey key) {
    return engine.peer(key);
  }

  long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }

  void tick() {
    engine.tick(world.nanos());
    flush();
  }

  @Override
  public void close() {
    engine.close();
  }

  private void flush() {
    do {
      engine.drain(world.datagrams, world.nanos());
      for (int i = 0; i < world.datagrams.size(); i++) {
        PacketBuffer datagram = world.datagrams.get(i);
        world.wire.transmit(
            new Datagram(host.endpoint(), datagram.endpoint(), datagram.toByteArray()));
      }
      world.datagrams.clear();
    } while (engine.hasOutput());
  }
}
