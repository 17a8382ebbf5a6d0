package dev.zlayer.device;

import dev.zlayer.linux.UdpSocket;
import dev.zlayer.linux.Wakeup;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;

/** A UDP socket of the kernel, for IPv4 and IPv6. */
final class LinuxUdpPort implements UdpPort {
  private final UdpSocket socket;
  private final Wakeup wakeup;

  LinuxUdpPort(UdpSocket socket) throws IOException {
    this.socket = socket;
    this.wakeup = Wakeup.open();
  }

  @Override
  public int port() {
    return socket.port();
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
