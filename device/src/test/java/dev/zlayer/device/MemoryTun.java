package dev.zlayer.device;

import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A host in memory: what the test sends is read, what is written the test receives. */
final class MemoryTun implements Tun {
  private final String name;
  private final ArrivalQueue<byte[]> toRead = new ArrivalQueue<>();
  private final BlockingQueue<byte[]> written = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<LinkState>> links = new LinkedBlockingQueue<>();
  private volatile boolean gone;

  /** Who holds it keeps the device's thread that reads. */
  final Semaphore reading = new Semaphore(1);

  volatile boolean closed;

  MemoryTun(String name) {
    this.name = name;
  }

  void send(byte[] packet) {
    toRead.add(packet);
  }

  /** The next packet for the host, waited for up to five seconds. */
  byte[] receive() throws InterruptedException {
    byte[] packet = written.poll(5, TimeUnit.SECONDS);
    if (packet == null) {
      throw new AssertionError(name + " received nothing in 5 s");
    }
    return packet;
  }

  boolean receivesNothing() throws InterruptedException {
    return written.poll(200, TimeUnit.MILLISECONDS) == null;
  }

  /** Takes the interface away, as {@code ip link delete} does. */
  void vanish() {
    gone = true;
    toRead.add(new byte[0]);
    stop();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Pollable arrivals() {
    return toRead.arrivals();
  }

  @Override
  public int read(PacketBatch packets, long nowNanos) throws IOException {
    if (gone) {
      throw new IOException("read " + name + ": the interface is gone");
    }
    reading.acquireUninterruptibly();
    reading.release();
    return toRead.drain(packets, (packet, buffer) -> buffer.copyFrom(packet));
  }

  @Override
  public long congestionDrops() {
    return 0;
  }

  @Override
  public void write(PacketBatch packets) {
    for (int i = 0; i < packets.size(); i++) {
      written.add(packets.get(i).toByteArray());
    }
  }

  /** Changes the interface as {@code ip link set} does. */
  void change(LinkState link) {
    links.add(Optional.of(link));
  }

  @Override
  public Optional<LinkState> nextLink() throws IOException {
    try {
      return links.take();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void stop() {
    links.add(Optional.empty());
  }

  @Override
  public void close() {
    closed = true;
  }
}
