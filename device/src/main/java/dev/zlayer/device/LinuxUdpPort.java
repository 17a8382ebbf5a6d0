package dev.zlayer.device;

import dev.zlayer.linux.Pollable;
import dev.zlayer.linux.UdpSocket;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A UDP socket of the kernel, for IPv4 and IPv6. */
final class LinuxUdpPort implements UdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxUdpPort.class);

  private final UdpSocket socket;

  private LinuxUdpPort(UdpSocket socket) {
    this.socket = socket;
  }

  static UdpPort open(int port) throws IOException {
    return new LinuxUdpPort(UdpSocket.open(port, LOG::warn));
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
    return new LinuxUdpPort(socket.sibling(port));
  }

  @Override
  public void fwMark(int mark) throws IOException {
    socket.mark(mark);
  }

  @Override
  public Pollable arrivals() {
    return socket;
  }

  @Override
  public int receive(PacketBatch datagrams) throws IOException {
    return socket.receive(datagrams);
  }

  @Override
  public void send(PacketBatch datagrams) throws IOException {
    socket.send(datagrams);
  }

  @Override
  public void close() {
    socket.close();
  }
}
