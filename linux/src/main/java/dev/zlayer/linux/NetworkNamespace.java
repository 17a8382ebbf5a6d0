package dev.zlayer.linux;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work in another network namespace, such as {@code ip netns add} makes in {@code /run/netns}. */
public final class NetworkNamespace {
  private static final int CLONE_NEWNET = 0x4000_0000;

  private NetworkNamespace() {}

  /**
   * Runs {@code work} on a platform thread of its own inside {@code namespace} and waits for it.
   * Sockets and devices that it opens stay in that namespace; threads and processes that it starts
   * are born there.
   *
   * @param namespace the namespace's file: {@code /run/netns/NAME} or {@code /proc/PID/ns/net}
   * @return what {@code work} returned
   * @throws NativeException when the namespace doesn't exist or may not be entered
   * @throws InterruptedException when the caller is interrupted; the work is interrupted then, and
   *     has ended
   * @throws Exception what {@code work} threw
   */
  public static <T> T call(Path namespace, Callable<T> work) throws Exception {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          enter(namespace);
          return work.call();
        });
    Thread thread = Thread.ofPlatform().name("netns " + namespace.getFileName()).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception exception -> throw exception;
        case Error error -> throw error;
        default -> throw e;
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      joinUninterruptibly(thread);
      throw e;
    }
  }

  /** As {@link #call}, for work that throws nothing else and is short enough to be waited for. */
  static <T> T open(Path namespace, Opening<T> work) throws IOException {
    if (isCurrent(namespace)) {
      return work.open();
    }
    try {
      return call(namespace, work::open);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while opening a socket in " + namespace);
    } catch (Exception e) {
      throw new IllegalStateException("opening a socket throws nothing else", e);
    }
  }

  /** Opens something that stays in the namespace. */
  interface Opening<T> {
    T open() throws IOException;
  }

  /** Whether the calling thread is in {@code namespace}. */
  static boolean isCurrent(Path namespace) throws IOException {
    Path current = Path.of("/proc/thread-self/ns/net");
    // The kernel names one namespace the same wherever it shows: net:[4026531840].
    return Files.readSymbolicLink(namespace).equals(Files.readSymbolicLink(current));
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void enter(Path namespace) throws NativeException {
    int fd = Descriptor.openFile(namespace.toString(), LibC.O_RDONLY);
    if (fd < 0) {
      String advice = fd == -Errno.ENOENT ? "ip netns list shows the named ones" : "";
      throw new NativeException("open " + namespace, -fd, advice);
    }
    try (Descriptor descriptor = new Descriptor(fd, namespace.toString())) {
      int result = LibC.setns(descriptor.fd(), CLONE_NEWNET);
      if (result < 0) {
        throw new NativeException("setns " + namespace, -result, enterAdvice(-result));
      }
    }
  }

  private static String enterAdvice(int errno) {
    return switch (errno) {
      case Errno.EPERM -> "run as root or with CAP_SYS_ADMIN";
      case Errno.EINVAL -> "this file is no network namespace";
      default -> "";
    };
  }
}
