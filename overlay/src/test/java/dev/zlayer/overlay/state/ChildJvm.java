package dev.zlayer.overlay.state;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

/** A second JVM with the code under test, to be killed like the real one. */
final class ChildJvm {
  private ChildJvm() {}

  /** Starts {@code main} and returns once it has printed a first line, which says that it works. */
  static Process start(Class<?> main, Path directory) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
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

  private static String classPath(Class<?> main) throws IOException {
    try {
      Class<?> annotations = Class.forName("com.fasterxml.jackson.annotation.JsonProperty");
      return Stream.of(main, DataDirectory.class, JsonMapper.class, JsonParser.class, annotations)
          .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
          .collect(Collectors.joining(File.pathSeparator));
    } catch (ClassNotFoundException e) {
      throw new IOException("Jackson's annotations are not on the module path", e);
    }
  }
}
