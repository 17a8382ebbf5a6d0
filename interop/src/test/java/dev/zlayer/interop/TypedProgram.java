package dev.zlayer.interop;

import dev.zlayer.testkit.Command;
import dev.zlayer.testkit.Netns;
import dev.zlayer.testkit.RunningCommand;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;

/** A Java program beside the product's modules, and what is typed into it. */
final class TypedProgram implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final RunningCommand process;
  private final FileOutputStream keyboard;

  /**
   * Starts a program on {@code host}.
   *
   * @param keyboard where what is typed goes; made here
   * @param modules where further modules are; may be empty
   * @param words what follows the JVM's options: a source file, or {@code -m} and a module's class
   */
  TypedProgram(Netns host, Path keyboard, String modules, String... words) throws IOException {
    Command.of("mkfifo", keyboard.toString()).output();
    String line =
        "exec '%s/bin/java' -p '%s%s' --add-modules ALL-MODULE-PATH --enable-native-access=%s '%s'"
            .formatted(
                System.getProperty("java.home"),
                Readme.ROOT.resolve("cli/target/app"),
                modules,
                "dev.zlayer.memory,dev.zlayer.crypto,dev.zlayer.linux",
                String.join("' '", words));
    process =
        Command.of("bash", "-c", line + " < '" + keyboard + "'").in(host).within(LIMIT).start();
    this.keyboard = new FileOutputStream(keyboard.toFile());
  }

  void enter(String line) throws IOException {
    keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  void awaits(String text) {
    process.awaitText(text, LIMIT);
  }

  String output() {
    return process.output();
  }

  /** What {@code pattern} finds first in the output so far. */
  String printed(Pattern pattern) {
    return pattern
        .matcher(output())
        .results()
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + pattern + " in: " + output()));
  }

  /** Waits until it has ended by itself, and as it should. */
  void ends() {
    Assertions.assertEquals(0, process.await(LIMIT).exitCode(), this::output);
  }

  @Override
  public void close() throws IOException {
    keyboard.close();
    process.close();
  }
}
