package dev.zlayer.device;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.io.IOException;
import java.net.BindException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A UDP network in memory: datagrams reach the port that is open at their target, or nobody. */
final class MemoryNetwork {
  private static final int FIRST_FREE_PORT = 49_152;

  private final Map<Endpoint, Port> ports = new ConcurrentHashMap<>();

  Port open(String endpoint) {
    Port port = new Port(Endpoint.parse(endpoint));
    ports.put(port.local, port);
    return port;
  }

  /** The open port at an endpoint. */
  Port at(String endpoint) {
    return Optional.ofNullable(ports.get(Endpoint.parse(endpoint))).orElseThrow();
  }

  /** An open port. */
  final class Port extends MemoryPort {
    volatile boolean closed;

    private Port(Endpoint local) {
      super(local);
    }

    @Override
    public UdpPort sibling(int port) throws IOException {
      for (int free = FIRST_FREE_PORT; ; free++) {
        Port sibling = new Port(Endpoint.of(local.address(), port == 0 ? free : port));
        if (ports.putIfAbsent(sibling.local, sibling) == null) {
          return sibling;
        }
        if (port != 0) {
          throw new BindException(sibling.local + " is taken");
        }
      }
    }

    @Override
    public void send(PacketBatch datagrams) {
      for (int i = 0; i < datagrams.size(); i++) {
        PacketBuffer datagram = datagrams.get(i);
        Port target = ports.get(datagram.endpoint());
        if (target != null) {
          target.arrive(local, datagram);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
      ports.remove(local, this);
    }
  }
}
