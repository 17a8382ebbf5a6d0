package dev.zlayer.overlay.state;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;

/** A second JVM with the code under test, to be killed like the real one. */
final class ChildJvm {
  private ChildJvm() {}

  /** Starts {@code main} and returns once it has printed a first line, which says that it works. */
  static Process start(Class<?> main, Path directory) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(main),
                main.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.inputReader().readLine() == null) {
      throw new IOException(main.getName() + " ended before it worked");
    }
    return process;
  }

  /** The test's own classes, which patch the module, and the modules that this JVM runs. */
  private static String classPath(Class<?> main) {
    String tests = main.getProtectionDomain().getCodeSource().getLocation().getPath();
    return tests + File.pathSeparator + System.getProperty("jdk.module.path");
  }
}
