package dev.zlayer.cli;

/**
 * Stops what runs when a signal (Ctrl-C, SIGTERM) asks the process to end. What was stopped cleanly
 * has done what it was asked to: exit code 0.
 */
final class SignalStop implements AutoCloseable {
  private final Thread hook;

  private SignalStop(Runnable stop) {
    this.hook = new Thread(() -> stopAndHalt(stop), "stop on signal");
  }

  /** Calls {@code stop} at the next signal, unless this was closed before. */
  static SignalStop arm(Runnable stop) {
    SignalStop armed = new SignalStop(stop);
    Runtime.getRuntime().addShutdownHook(armed.hook);
    return armed;
  }

  private void awaitHalt() {
    try {
      hook.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stopAndHalt(Runnable stop) {
    int exitCode = 1;
    try {
      stop.run();
      exitCode = 0;
    } finally {
      Runtime.getRuntime().halt(exitCode);
    }
  }

  /** Where {@code stop} runs already it ends the process, so that nothing else is said or done. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      awaitHalt();
    }
  }
}
