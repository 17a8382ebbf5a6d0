package dev.zlayer.linux;

/** What a {@link PollSet} can wait for until it has something to read, or room to write. */
public sealed interface Pollable permits TunDevice, UdpSocket, Doorbell {
  /**
   * The file descriptor to wait on.
   *
   * @throws IllegalStateException once it is closed
   */
  int fd();
}
