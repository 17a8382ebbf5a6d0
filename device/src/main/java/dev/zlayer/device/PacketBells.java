package dev.zlayer.device;

import dev.zlayer.linux.Doorbell;
import java.io.IOException;

/** Call the two packet threads back from their waits, so that they look what has changed. */
final class PacketBells implements AutoCloseable {
  private final Doorbell first;
  private final Doorbell second;

  private PacketBells(Doorbell first, Doorbell second) {
    this.first = first;
    this.second = second;
  }

  /**
   * A bell for each thread.
   *
   * @throws IOException when the process has no file descriptors left
   */
  static PacketBells open() throws IOException {
    Doorbell first = Doorbell.open();
    try {
      return new PacketBells(first, Doorbell.open());
    } catch (IOException e) {
      first.close();
      throw e;
    }
  }

  Doorbell first() {
    return first;
  }

  Doorbell second() {
    return second;
  }

  void ring() {
    first.ring();
    second.ring();
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
