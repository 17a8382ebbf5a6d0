package dev.zlayer.device;

import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;

/** Where a device exchanges datagrams with its peers. */
public interface UdpPort extends AutoCloseable {
  /** The local port, 1 to 65535. */
  int port();

  /**
   * The index of an interface in the network that datagrams go to, or 0 if none has that name.
   *
   * @throws IllegalArgumentException for what can't be an interface's name
   */
  int interfaceIndex(String name);

  /**
   * Opens another port on the same host and in the same network.
   *
   * @param port 1 to 65535, or 0 for one that is free
   * @throws IOException if it is taken: a {@link java.net.BindException} or the kernel's EADDRINUSE
   */
  UdpPort sibling(int port) throws IOException;

  /**
   * Marks every datagram from now on for the host's routing rules and firewall.
   *
   * @param mark 32 bits; 0 for no mark
   * @throws IOException if we lack the privilege
   */
  void fwMark(int mark) throws IOException;

  /**
   * What becomes readable when datagrams have arrived, and has room as long as a batch can be sent
   * without a wait.
   */
  Pollable arrivals();

  /**
   * Adds as many datagrams as have arrived and as fit, each with its source as endpoint; doesn't
   * wait. A call that fills the batch may leave some that {@link #arrivals} doesn't tell of. One
   * thread at a time calls it.
   *
   * @return how many
   */
  int receive(PacketBatch datagrams) throws IOException;

  /**
   * Sends each datagram to its endpoint. What can't be sent is lost, as any datagram can be. Thread
   * safe.
   */
  void send(PacketBatch datagrams) throws IOException;

  @Override
  void close();
}
