package dev.zlayer.overlay.state;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes a data directory, says so and keeps it until it is killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] arguments) throws IOException {
    DataDirectoryLock lock = new DataDirectory(Path.of(arguments[0])).lock();
    System.out.println("locked");
    int end = System.in.read();
    lock.close();
    System.exit(end);
  }
}
