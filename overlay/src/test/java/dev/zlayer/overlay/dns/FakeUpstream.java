package dev.zlayer.overlay.dns;

import dev.zlayer.overlay.HostPort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.xbill.DNS.Message;

/** A name server that does with each query what a test says; a null answer is none. */
final class FakeUpstream implements AutoCloseable {
  final List<Message> asked = new CopyOnWriteArrayList<>();

  private final Function<Message, Message> behaviour;
  private final DatagramSocket udp;
  private final ServerSocket tcp;

  FakeUpstream(Function<Message, Message> behaviour) throws IOException {
    this.behaviour = behaviour;
    int port = DnsClient.freePort();
    this.udp = new DatagramSocket(port, InetAddress.getLoopbackAddress());
    this.tcp = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serveDatagrams);
    Thread.ofVirtual().start(this::serveConnections);
  }

  HostPort place() {
    return HostPort.of(InetAddress.getLoopbackAddress(), udp.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }

  private void serveDatagrams() {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    try {
      while (true) {
        packet.setLength(4096);
        udp.receive(packet);
        Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        asked.add(query);
        Message answer = behaviour.apply(query);
        if (answer != null) {
          byte[] wire = answer.toWire(512);
          udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serveConnections() {
    try {
      while (true) {
        try (Socket client = tcp.accept()) {
          Message query = DnsClient.read(client);
          asked.add(query);
          DnsClient.write(client, behaviour.apply(query));
        }
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }
}
