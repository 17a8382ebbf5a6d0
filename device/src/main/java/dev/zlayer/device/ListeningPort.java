package dev.zlayer.device;

import dev.zlayer.linux.PollSet;
import dev.zlayer.memory.PacketBatch;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The UDP port that a device listens on, which can be exchanged for another while packet threads
 * use it.
 *
 * <p>Packet threads take no lock: they count themselves in and out of the port that they use, and
 * the last one to leave a port that was exchanged closes it. The lock orders exchange, mark and
 * close among each other; it is held over opening a socket, which doesn't wait.
 */
final class ListeningPort implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile SharedPort current;
  private volatile int fwMark;
  private final Runnable callBack;

  /** Guarded by the lock. */
  private boolean closed;

  /**
   * Takes {@code port} over.
   *
   * @param callBack makes whoever waits in {@link #poll} return
   */
  ListeningPort(UdpPort port, Runnable callBack) {
    this.current = new SharedPort(port);
    this.callBack = callBack;
  }

  /**
   * An open port and the number of those who hold it: its users, and the owner until it lets go.
   */
  private static final class SharedPort {
    final UdpPort port;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    SharedPort(UdpPort port) {
      this.port = port;
    }

    /** Whether the port is still open, and stays so until {@link #release}. */
    boolean hold() {
      return holders.getAndUpdate(held -> held == 0 ? 0 : held + 1) > 0;
    }

    void release() {
      if (holders.decrementAndGet() == 0) {
        port.close();
        closed.countDown();
      }
    }

    void awaitClosed() {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The local port, 1 to 65535. */
  int port() {
    return current.port.port();
  }

  /** As {@link UdpPort#interfaceIndex}. */
  int interfaceIndex(String name) {
    SharedPort shared = hold();
    try {
      return shared.port.interfaceIndex(name);
    } finally {
      shared.release();
    }
  }

  /** The mark of what is sent; 0 for none. */
  int fwMark() {
    return fwMark;
  }

  /** As {@link PollSet#poll}, with this port at {@code place}. */
  void poll(PollSet ready, int place, boolean reads, boolean writes, boolean waits)
      throws IOException {
    SharedPort shared = hold();
    try {
      ready.put(place, shared.port.arrivals(), reads, writes);
      ready.poll(waits);
    } finally {
      shared.release();
    }
  }

  /** As {@link UdpPort#receive}. */
  int receive(PacketBatch datagrams) throws IOException {
    SharedPort shared = hold();
    try {
      return shared.port.receive(datagrams);
    } finally {
      shared.release();
    }
  }

  void send(PacketBatch datagrams) throws IOException {
    SharedPort shared = hold();
    try {
      shared.port.send(datagrams);
    } finally {
      shared.release();
    }
  }

  /**
   * Exchanges the port for another one. The former one is free when this returns; datagrams that
   * had arrived there and were not received are lost.
   *
   * @param port 1 to 65535, or 0 for one that is free
   * @throws IOException if the port can't be opened; the former one stays
   */
  void rebind(int port) throws IOException {
    SharedPort former;
    lock.lock();
    try {
      requireRunning();
      former = current;
      if (port == former.port.port()) {
        return;
      }
      current = new SharedPort(open(port));
      callBack.run();
      former.release();
    } finally {
      lock.unlock();
    }
    former.awaitClosed();
  }

  private UdpPort open(int port) throws IOException {
    UdpPort opened = current.port.sibling(port);
    try {
      if (fwMark != 0) {
        opened.fwMark(fwMark);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** As {@link UdpPort#fwMark}; it stays when the port is exchanged. */
  void fwMark(int mark) throws IOException {
    lock.lock();
    try {
      requireRunning();
      current.port.fwMark(mark);
      fwMark = mark;
    } finally {
      lock.unlock();
    }
  }

  /** Frees the port; whoever used it must have returned. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        current.release();
      }
    } finally {
      lock.unlock();
    }
  }

  private void requireRunning() throws IOException {
    if (closed) {
      throw new IOException("the device has ended");
    }
  }

  private SharedPort hold() {
    while (true) {
      SharedPort shared = current;
      if (shared.hold()) {
        return shared;
      }
      if (shared == current) {
        throw new IllegalStateException("UDP port " + shared.port.port() + " is closed");
      }
    }
  }
}
