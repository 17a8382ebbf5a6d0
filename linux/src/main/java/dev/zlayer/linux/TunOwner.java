package dev.zlayer.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * The process behind a TUN interface, as {@code /proc} shows it: the driver adds the interface's
 * name to {@code /proc/PID/fdinfo/FD}. A process that ends while we look, or that we may not look
 * at, is passed over.
 *
 * <p>Names repeat across network namespaces, so the process must also have a thread in ours. That
 * is exact for processes that stay in one namespace; {@code /proc} doesn't tell the interface's.
 */
final class TunOwner {
  private static final Path PROC = Path.of("/proc");

  private TunOwner() {}

  static OptionalInt find(String name) {
    Optional<Path> namespace = namespace(PROC.resolve("thread-self"));
    if (namespace.isEmpty()) {
      return OptionalInt.empty();
    }
    return first(
            PROC,
            "[1-9]*",
            process -> holds(process, name) && hasThreadIn(process, namespace.get()))
        .map(process -> OptionalInt.of(Integer.parseInt(process.getFileName().toString())))
        .orElse(OptionalInt.empty());
  }

  private static boolean holds(Path process, String name) {
    return first(process.resolve("fdinfo"), "*", file -> namesInterface(file, name)).isPresent();
  }

  private static boolean hasThreadIn(Path process, Path namespace) {
    return first(
            process.resolve("task"), "*", task -> namespace(task).equals(Optional.of(namespace)))
        .isPresent();
  }

  private static boolean namesInterface(Path file, String name) {
    try {
      return Files.readString(file).lines().anyMatch(("iff:\t" + name)::equals);
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Path> namespace(Path task) {
    try {
      return Optional.of(Files.readSymbolicLink(task.resolve("ns/net")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Path> first(Path directory, String glob, Predicate<Path> test) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
      for (Path entry : entries) {
        if (test.test(entry)) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
  }
}
