package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;

/**
 * Calls a thread back that waits in a {@link PollSet}: once rung it is readable until it is
 * silenced. Any thread may ring and silence it.
 */
public final class Doorbell implements Pollable, AutoCloseable {
  private static final int COUNTER_BYTES = 8;

  private final Descriptor descriptor;
  private final Arena arena = Arena.ofAuto();

  /** What is added to the kernel's counter. */
  private final long one = RawMemory.allocate(arena, COUNTER_BYTES);

  /** Where the kernel's counter is read to, and nobody looks. */
  private final long count = RawMemory.allocate(arena, COUNTER_BYTES);

  private Doorbell(Descriptor descriptor) {
    this.descriptor = descriptor;
    RawMemory.putLong(one, 1);
  }

  /**
   * A doorbell that nobody has rung.
   *
   * @throws NativeException when the process has no file descriptors left
   */
  public static Doorbell open() throws NativeException {
    int fd = LibC.eventfd(0, LibC.O_CLOEXEC | LibC.O_NONBLOCK);
    if (fd < 0) {
      throw new NativeException("eventfd", -fd);
    }
    return new Doorbell(new Descriptor(fd, "doorbell"));
  }

  /** Wakes the threads that wait, and those that are about to. */
  public void ring() {
    try {
      int result = LibC.write(descriptor.fd(), one, COUNTER_BYTES);
      // EAGAIN: the counter is at its maximum, so it rings.
      if (result < 0 && result != -Errno.EAGAIN) {
        throw new IllegalStateException("write to eventfd: " + Errno.describe(-result));
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Forgets that it was rung. */
  public void silence() {
    try {
      int result = LibC.read(descriptor.fd(), count, COUNTER_BYTES);
      // EAGAIN: it wasn't.
      if (result < 0 && result != -Errno.EAGAIN) {
        throw new IllegalStateException("read from eventfd: " + Errno.describe(-result));
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public int fd() {
    return descriptor.fd();
  }

  /** Frees the descriptor; the threads that wait for it must have returned. */
  @Override
  public void close() {
    descriptor.close();
  }
}
