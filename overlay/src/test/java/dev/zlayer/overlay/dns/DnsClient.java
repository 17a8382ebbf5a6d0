package dev.zlayer.overlay.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Asks a server on this machine. */
final class DnsClient {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 65_535;

  private final InetSocketAddress server;

  DnsClient(InetSocketAddress server) {
    this.server = server;
  }

  static Message query(String name, int type) {
    Message query = new Message();
    query.getHeader().setFlag(Flags.RD);
    query.addRecord(
        Record.newRecord(Name.fromConstantString(name), type, DClass.IN), Section.QUESTION);
    return query;
  }

  static List<String> answers(Message message) {
    return message.getSection(Section.ANSWER).stream()
        .map(record -> Type.string(record.getType()) + " " + record.rdataToString())
        .toList();
  }

  Message ask(String name, int type) throws IOException {
    Message query = query(name, type);
    Message answer =
        ask(query, PATIENCE).orElseThrow(() -> new AssertionError("no answer for " + name));
    if (answer.getHeader().getID() != query.getHeader().getID()) {
      throw new AssertionError("the answer has another id: " + answer);
    }
    return answer;
  }

  /** Over UDP; empty when nothing comes. */
  Optional<Message> ask(Message query, Duration patience) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      byte[] wire = query.toWire();
      socket.send(new DatagramPacket(wire, wire.length, server));
      socket.setSoTimeout((int) patience.toMillis());
      DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
      try {
        socket.receive(answer);
      } catch (SocketTimeoutException nothing) {
        return Optional.empty();
      }
      return Optional.of(new Message(Arrays.copyOf(answer.getData(), answer.getLength())));
    }
  }

  Message askOverTcp(String name, int type) throws IOException {
    try (Socket socket = connect()) {
      write(socket, query(name, type));
      return read(socket);
    }
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(server, (int) PATIENCE.toMillis());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  static void write(Socket socket, Message query) throws IOException {
    byte[] wire = query.toWire();
    socket
        .getOutputStream()
        .write(
            ByteBuffer.allocate(2 + wire.length).putShort((short) wire.length).put(wire).array());
  }

  static Message read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] wire = new byte[in.readUnsignedShort()];
    in.readFully(wire);
    return new Message(wire);
  }

  /** A port that nobody listens on, over UDP or TCP. */
  static int freePort() {
    try (java.net.ServerSocket tcp =
            new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        DatagramSocket udp =
            new DatagramSocket(tcp.getLocalPort(), InetAddress.getLoopbackAddress())) {
      return udp.getLocalPort();
    } catch (IOException e) {
      return freePort();
    }
  }
}
