package dev.zlayer.device;

import dev.zlayer.linux.LinkWatch;
import dev.zlayer.linux.Pollable;
import dev.zlayer.linux.TunDevice;
import dev.zlayer.linux.Wakeup;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.util.Optional;

/** A TUN device of the kernel. */
final class LinuxTun implements Tun {
  private final TunDevice device;
  private final Wakeup wakeup;
  private final LinkWatch links;

  LinuxTun(TunDevice device) throws IOException {
    this.device = device;
    this.wakeup = Wakeup.open();
    this.links = new LinkWatch(device);
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public Pollable arrivals() {
    return device;
  }

  @Override
  public int read(PacketBatch packets, long nowNanos) throws IOException {
    return device.read(packets, nowNanos);
  }

  @Override
  public long congestionDrops() {
    return device.congestionDrops();
  }

  @Override
  public void write(PacketBatch packets) throws IOException {
    device.write(packets);
  }

  @Override
  public Optional<LinkState> nextLink() throws IOException {
    return links.next(wakeup).map(link -> new LinkState(link.mtu(), link.up()));
  }

  @Override
  public void stop() {
    wakeup.signal();
  }

  @Override
  public void close() {
    links.close();
    device.close();
    wakeup.close();
  }
}
