package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The inputs that {@code scripts/fuzz} found to reach something new, and those that once made a
 * target fail: {@code src/test/fuzz/TARGET} in the target's module. The ordinary build replays
 * them, without a fuzzer.
 */
public final class FuzzCorpus {
  /** For any input: a slow machine needs milliseconds, an endless loop more. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** What a fuzzer calls. */
  @FunctionalInterface
  public interface Target {
    /**
     * Does with {@code data} what is to be tried.
     *
     * @throws Exception or an error, if something isn't as it has to be
     */
    void run(byte[] data) throws Exception;
  }

  private FuzzCorpus() {}

  /** A test of {@code target} that runs every input of the corpus called {@code name}. */
  public static DynamicTest replay(String name, Target target) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          List<Path> inputs = inputs(Path.of("src/test/fuzz", name));
          assertTrue(inputs.size() > 1, "there is no corpus " + name);
          for (Path input : inputs) {
            replay(input, target);
          }
        });
  }

  /** A folder of its own for a target that needs files, in memory where that is to be had. */
  public static Path scratchFolder() {
    try {
      Path inMemory = Path.of("/dev/shm");
      Path folder =
          Files.isWritable(inMemory)
              ? Files.createTempDirectory(inMemory, "zlayer-fuzz")
              : Files.createTempDirectory("zlayer-fuzz");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void replay(Path input, Target target) throws IOException {
    byte[] data = Files.readAllBytes(input);
    try {
      assertTimeout(LIMIT, () -> target.run(data));
    } catch (Throwable e) {
      throw new AssertionError("with the input " + input, e);
    }
  }

  private static List<Path> inputs(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
