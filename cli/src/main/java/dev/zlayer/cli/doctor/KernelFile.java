package dev.zlayer.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells in small files. */
final class KernelFile {
  private KernelFile() {}

  /** The lines of a file; none where there is no such file, or it isn't for us. */
  static List<String> lines(String path) {
    try {
      return Files.readAllLines(Path.of(path));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Its first line; empty where there is none. */
  static String line(String path) {
    List<String> lines = lines(path);
    return lines.isEmpty() ? "" : lines.getFirst().strip();
  }
}
