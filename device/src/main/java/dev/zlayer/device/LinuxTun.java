package dev.zlayer.device;

import dev.zlayer.linux.TunDevice;
import dev.zlayer.linux.Wakeup;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;

/** A TUN device of the kernel. */
final class LinuxTun implements Tun {
  private final TunDevice device;
  private final Wakeup wakeup;

  LinuxTun(TunDevice device) throws IOException {
    this.device = device;
    this.wakeup = Wakeup.open();
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public int read(PacketBatch packets) throws IOException {
    return device.read(packets, wakeup);
  }

  @Override
  public void write(PacketBatch packets) throws IOException {
    device.write(packets);
  }

  @Override
  public void stop() {
    wakeup.signal();
  }

  @Override
  public void close() {
    device.close();
    wakeup.close();
  }
}
