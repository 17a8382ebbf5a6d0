package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits until the kernel has something for us; {@code poll} with its structures kept per thread.
 */
final class Poll {
  /** A time that never runs out. */
  static final int FOREVER = -1;

  private static final long NANOS_PER_MILLI = 1_000_000;

  // struct pollfd: int fd @0, short events @4, short revents @6
  static final int ENTRY_BYTES = 8;
  private static final int EVENTS = 4;
  private static final int RETURNED = 6;

  private static final ThreadLocal<MemorySegment> DESCRIPTORS =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2L * ENTRY_BYTES, ENTRY_BYTES));

  private Poll() {}

  /**
   * Waits without a limit.
   *
   * @return true when {@code fd} can be read or has an error to tell; false when the wakeup was
   *     signalled, whatever {@code fd} has
   */
  static boolean readable(int fd, Wakeup wakeup) throws NativeException {
    long descriptors = DESCRIPTORS.get().address();
    put(descriptors, fd, LibC.POLLIN);
    put(descriptors + ENTRY_BYTES, wakeup.fd(), LibC.POLLIN);
    await(descriptors, 2, FOREVER);
    return returned(descriptors + ENTRY_BYTES) == 0;
  }

  /** Waits at most {@code timeoutMillis} for {@code fd} to have something to read. */
  static boolean readable(int fd, int timeoutMillis) throws NativeException {
    return ready(fd, LibC.POLLIN, timeoutMillis);
  }

  /** Waits at most {@code timeoutMillis} for {@code fd} to have room to write. */
  static boolean writable(int fd, int timeoutMillis) throws NativeException {
    return ready(fd, LibC.POLLOUT, timeoutMillis);
  }

  private static boolean ready(int fd, short events, int timeoutMillis) throws NativeException {
    long descriptors = DESCRIPTORS.get().address();
    put(descriptors, fd, events);
    return await(descriptors, 1, timeoutMillis) > 0;
  }

  /** Writes a {@code pollfd}; one with a negative {@code fd} waits for nothing. */
  static void put(long descriptor, int fd, short events) {
    RawMemory.putInt(descriptor, fd);
    RawMemory.putShort(descriptor + EVENTS, events);
    RawMemory.putShort(descriptor + RETURNED, 0);
  }

  /** What a {@code pollfd} was found ready for when last waited for. */
  static int returned(long descriptor) {
    return RawMemory.getUnsignedShort(descriptor + RETURNED);
  }

  /** A signal, such as a profiler's, doesn't end the wait: it goes on for the time that is left. */
  static int await(long descriptors, int count, int timeoutMillis) throws NativeException {
    long deadlineNanos =
        timeoutMillis <= 0 ? 0 : System.nanoTime() + timeoutMillis * NANOS_PER_MILLI;
    int leftMillis = timeoutMillis;
    while (true) {
      int result = LibC.poll(descriptors, count, leftMillis);
      if (result >= 0) {
        return result;
      }
      if (result != -Errno.EINTR) {
        throw new NativeException("poll", -result);
      }
      if (timeoutMillis > 0) {
        long leftNanos = deadlineNanos - System.nanoTime();
        leftMillis = Math.max(0, (int) Math.ceilDiv(leftNanos, NANOS_PER_MILLI));
      }
    }
  }
}
