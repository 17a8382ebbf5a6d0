package dev.zlayer.device;

import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;

/** A UDP port in memory: what arrives there waits in a queue. */
abstract class MemoryPort implements UdpPort {
  /**
   * @param place where it comes from, or goes to
   */
  record Datagram(Endpoint place, byte[] bytes) {
    static Datagram of(Endpoint place, PacketBuffer datagram) {
      return new Datagram(place, datagram.toByteArray());
    }
  }

  final Endpoint local;
  private final ArrivalQueue<Datagram> arrived = new ArrivalQueue<>();
  volatile int mark;

  MemoryPort(Endpoint local) {
    this.local = local;
  }

  /** Has it receive a datagram of {@code source}. */
  final void arrive(Endpoint source, PacketBuffer datagram) {
    arrived.add(Datagram.of(source, datagram));
  }

  @Override
  public int port() {
    return local.port();
  }

  @Override
  public int interfaceIndex(String name) {
    return 0;
  }

  @Override
  public void fwMark(int value) {
    mark = value;
  }

  @Override
  public Pollable arrivals() {
    return arrived.arrivals();
  }

  @Override
  public int receive(PacketBatch datagrams) {
    return arrived.drain(
        datagrams,
        (datagram, buffer) -> {
          buffer.copyFrom(datagram.bytes());
          buffer.endpoint(datagram.place());
        });
  }
}
