package dev.zlayer.linux;

/**
 * Ends the waiting of threads for good. Once signalled it stays so: every thread that waits with
 * it, now or later, returns at once. Any thread may signal.
 */
public final class Wakeup implements AutoCloseable {
  private final Doorbell doorbell;

  private Wakeup(Doorbell doorbell) {
    this.doorbell = doorbell;
  }

  /**
   * A wakeup that nobody has signalled.
   *
   * @throws NativeException when the process has no file descriptors left
   */
  public static Wakeup open() throws NativeException {
    return new Wakeup(Doorbell.open());
  }

  /** Wakes all threads that wait with this wakeup, for good. */
  public void signal() {
    doorbell.ring();
  }

  /** Frees the descriptor; the threads that wait with it must have returned. */
  @Override
  public void close() {
    doorbell.close();
  }

  int fd() {
    return doorbell.fd();
  }
}
