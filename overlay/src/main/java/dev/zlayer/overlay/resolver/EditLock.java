package dev.zlayer.overlay.resolver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has the nodes of a machine edit its files one after the other, each in full. The kernel takes it
 * back from a process that dies.
 *
 * @param file nobody's content; made where it is missing
 */
record EditLock(Path file) {
  /** Gone at the next boot, unlike what would stand beside the files. */
  static final EditLock SYSTEM = new EditLock(Path.of("/run/zlayer-overlay.lock"));

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** A lock of the kernel's is a process's: it keeps none of its threads apart. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  /** A change of files. */
  @FunctionalInterface
  interface Edit {
    void run() throws IOException;
  }

  /**
   * Runs {@code edit} while nobody else runs one. Where the lock's file isn't ours to write nobody
   * is waited for: who may not write to {@code /run} seldom may write what is edited.
   *
   * @throws IOException of the edit, or if another process edits for longer than 5 seconds
   */
  void whileHeld(Edit edit) throws IOException {
    THREADS.lock();
    try {
      Optional<FileChannel> channel = open();
      if (channel.isEmpty()) {
        edit.run();
        return;
      }
      try (FileChannel held = channel.get()) {
        await(held);
        edit.run();
      }
    } finally {
      THREADS.unlock();
    }
  }

  private Optional<FileChannel> open() {
    try {
      return Optional.of(
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException notOurs) {
      return Optional.empty();
    }
  }

  /** Closing the channel gives it back. */
  private void await(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (channel.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "another node has held %s for %d s".formatted(file, LIMIT.toSeconds()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
