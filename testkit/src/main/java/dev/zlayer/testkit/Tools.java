package dev.zlayer.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The foreign programs that tests call. */
public final class Tools {
  private Tools() {}

  /**
   * Makes sure that a program is there. One that is missing is a failure, never a skipped test: a
   * suite that could not run did not pass.
   *
   * @param debianPackage what to install to get it
   * @throws AssertionError with the line that installs it
   */
  public static void require(String command, String debianPackage) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    boolean found =
        Stream.of(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    if (!found) {
      throw new AssertionError(
          command + " is missing: apt-get install --no-install-recommends " + debianPackage);
    }
  }
}
