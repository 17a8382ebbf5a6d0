package dev.zlayer.device;

import dev.zlayer.linux.UdpSocket;
import dev.zlayer.linux.Wakeup;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UDP socket of the kernel, for IPv4 and IPv6. */
final class LinuxUdpPort implements UdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxUdpPort.class);

  private final UdpSocket socket;
  private final Wakeup wakeup;

  private LinuxUdpPort(UdpSocket socket, Wakeup wakeup) {
    this.socket = socket;
    this.wakeup = wakeup;
  }

  static UdpPort open(int port) throws IOException {
    return over(UdpSocket.open(port, LOG::warn));
  }

  private static UdpPort over(UdpSocket socket) throws IOException {
    try {
      return new LinuxUdpPort(socket, Wakeup.open());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public int port() {
    return socket.port();
  }

  @Override
  public int interfaceIndex(String name) {
    return socket.interfaceIndex(name);
  }

  @Override
  public UdpPort sibling(int port) throws IOException {
    return over(socket.sibling(port));
  }

  @Override
  public void fwMark(int mark) throws IOException {
    socket.mark(mark);
  }

  @Override
  public int receive(PacketBatch datagrams) throws IOException {
    return socket.receive(datagrams, wakeup);
  }

  @Override
  public void send(PacketBatch datagrams) throws IOException {
    socket.send(datagrams);
  }

  @Override
  public void stop() {
    wakeup.signal();
  }

  @Override
  public void close() {
    socket.close();
    wakeup.close();
  }
}
