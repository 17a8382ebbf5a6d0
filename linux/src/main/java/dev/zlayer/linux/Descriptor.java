package dev.zlayer.linux;

import static dev.zlayer.linux.Errno.EAGAIN;
import static dev.zlayer.linux.Errno.EINTR;

import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor, closed once. Its number can be handed out again after {@link #close()}:
 * whoever closes first stops the threads that use it.
 */
final class Descriptor implements AutoCloseable {
  private final int fd;
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param fd owned by this object from now on
   * @param name what it is, for messages
   */
  Descriptor(int fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  /** Opens an existing file; the caller judges a negative result, which is an error number. */
  static int openFile(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = (path + '\0').getBytes(StandardCharsets.UTF_8);
      long text = RawMemory.allocate(arena, bytes.length);
      RawMemory.copy(bytes, 0, text, bytes.length);
      return LibC.open(text, flags | LibC.O_CLOEXEC);
    }
  }

  /**
   * The number to call the kernel with.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  int fd() {
    if (closed.get()) {
      throw new IllegalStateException(name + " is closed");
    }
    return fd;
  }

  String name() {
    return name;
  }

  /** Where the file shows to this process, for calls that take a path. */
  Path path() {
    return Path.of("/proc/self/fd", Integer.toString(fd()));
  }

  /**
   * Waits until packets can be read, then reads one a call until the batch is full or nothing is
   * left. A packet longer than its buffer's tailroom is cut.
   *
   * @return packets added, at least 1; 0 when the wakeup was signalled
   */
  int readPackets(PacketBatch batch, Wakeup wakeup) throws NativeException {
    requireRoom(batch);
    while (Poll.readable(fd(), wakeup)) {
      int before = batch.size();
      while (!batch.isFull() && readPacket(batch)) {}
      if (batch.size() > before) {
        return batch.size() - before;
      }
    }
    return 0;
  }

  static void requireRoom(PacketBatch batch) {
    if (batch.isFull()) {
      throw new IllegalArgumentException(
          "the batch is full: all of its " + batch.capacity() + " buffers hold packets");
    }
  }

  private boolean readPacket(PacketBatch batch) throws NativeException {
    PacketBuffer packet = batch.add();
    int result = LibC.read(fd, packet.address(), packet.tailroom());
    if (result >= 0) {
      packet.length(result);
      return true;
    }
    batch.removeLast();
    if (result == -EAGAIN || result == -EINTR) {
      return false;
    }
    throw new NativeException("read " + name, -result);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Linux gives the number back whatever close reports, so there is nothing to retry.
      LibC.close(fd);
    }
  }
}
