package dev.zlayer.device;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** A UDP network in memory: datagrams reach the port that is open at their target, or nobody. */
final class MemoryNetwork {
  private record Datagram(Endpoint source, byte[] bytes) {}

  private final Map<Endpoint, Port> ports = new ConcurrentHashMap<>();

  Port open(String endpoint) {
    Port port = new Port(Endpoint.parse(endpoint));
    ports.put(port.local, port);
    return port;
  }

  /** An open port. */
  final class Port implements UdpPort {
    final Endpoint local;
    private final BlockingQueue<Datagram> arrived = new LinkedBlockingQueue<>();
    private volatile boolean stopped;
    volatile boolean closed;

    private Port(Endpoint local) {
      this.local = local;
    }

    @Override
    public int port() {
      return local.port();
    }

    @Override
    public int receive(PacketBatch datagrams) throws IOException {
      try {
        Datagram datagram = arrived.take();
        while (datagram != null && !stopped) {
          PacketBuffer buffer = datagrams.add();
          buffer.copyFrom(datagram.bytes());
          buffer.endpoint(datagram.source());
          datagram = datagrams.isFull() ? null : arrived.poll();
        }
        return stopped ? 0 : datagrams.size();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void send(PacketBatch datagrams) {
      for (int i = 0; i < datagrams.size(); i++) {
        PacketBuffer datagram = datagrams.get(i);
        Port target = ports.get(datagram.endpoint());
        if (target != null) {
          target.arrived.add(new Datagram(local, datagram.toByteArray()));
        }
      }
    }

    @Override
    public void stop() {
      stopped = true;
      arrived.add(new Datagram(local, new byte[0]));
    }

    @Override
    public void close() {
      closed = true;
      ports.remove(local, this);
    }
  }
}
