package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;

/**
 * Ends the waiting of packet threads. Once signalled it stays so: every thread that waits with it,
 * now or later, returns at once. Any thread may signal.
 */
public final class Wakeup implements AutoCloseable {
  private static final int COUNTER_BYTES = 8;

  private final Descriptor descriptor;

  private Wakeup(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * A wakeup that nobody has signalled.
   *
   * @throws NativeException when the process has no file descriptors left
   */
  public static Wakeup open() throws NativeException {
    int fd = LibC.eventfd(0, LibC.O_CLOEXEC | LibC.O_NONBLOCK);
    if (fd < 0) {
      throw new NativeException("eventfd", -fd);
    }
    return new Wakeup(new Descriptor(fd, "wakeup"));
  }

  /** Wakes all threads that wait with this wakeup, for good. */
  public void signal() {
    try (Arena arena = Arena.ofConfined()) {
      long one = RawMemory.allocate(arena, COUNTER_BYTES);
      RawMemory.putLong(one, 1);
      int result = LibC.write(descriptor.fd(), one, COUNTER_BYTES);
      // EAGAIN: the counter is at its maximum, so it is signalled.
      if (result < 0 && result != -Errno.EAGAIN) {
        throw new IllegalStateException("write to eventfd: " + Errno.describe(-result));
      }
    }
  }

  /** Frees the descriptor; the threads that wait with it must have returned. */
  @Override
  public void close() {
    descriptor.close();
  }

  int fd() {
    return descriptor.fd();
  }
}
