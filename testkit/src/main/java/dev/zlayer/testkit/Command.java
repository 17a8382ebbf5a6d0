package dev.zlayer.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line, where it runs and for how long at most; immutable.
 *
 * <pre>
 *   Command.of("ping", "-c1", "10.0.0.2").in(alice).within(Duration.ofSeconds(5)).run()
 * </pre>
 */
public final class Command {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
  private static final String ROOT_PROPERTY = "zlayer.root";

  private final List<String> words;
  private final Optional<Netns> namespace;
  private final Map<String, String> environment;
  private final Duration limit;
  private final String input;

  private Command(
      List<String> words,
      Optional<Netns> namespace,
      Map<String, String> environment,
      Duration limit,
      String input) {
    this.words = List.copyOf(words);
    this.namespace = namespace;
    this.environment = Map.copyOf(environment);
    this.limit = limit;
    this.input = input;
  }

  /** A command on this machine, found through the PATH, ended after 30 seconds. */
  public static Command of(String... words) {
    return new Command(List.of(words), Optional.empty(), Map.of(), DEFAULT_LIMIT, "");
  }

  /**
   * The product, started as a person does: through the launcher in the folder that the system
   * property {@code zlayer.root} names.
   *
   * @throws IllegalStateException when the property is not set
   */
  public static Command zlayerOverlay(String... arguments) {
    String root = System.getProperty(ROOT_PROPERTY);
    if (root == null) {
      throw new IllegalStateException(
          "-D" + ROOT_PROPERTY + " does not name the folder of the zlayer-overlay launcher");
    }
    List<String> words = new ArrayList<>();
    words.add(Path.of(root).toAbsolutePath().normalize().resolve("zlayer-overlay").toString());
    words.addAll(List.of(arguments));
    return of(words.toArray(String[]::new));
  }

  /** The same command inside {@code namespace}, which ends it at the latest when it is closed. */
  public Command in(Netns namespace) {
    return new Command(words, Optional.of(namespace), environment, limit, input);
  }

  /** The same command with one more environment variable. */
  public Command with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(words, namespace, more, limit, input);
  }

  /** The same command that {@link #run()} ends, as a failure, after {@code limit}. */
  public Command within(Duration limit) {
    return new Command(words, namespace, environment, limit, input);
  }

  /** The same command that reads {@code input} as its standard input. */
  public Command input(String input) {
    return new Command(words, namespace, environment, limit, input);
  }

  /**
   * Runs the command to its end, whatever its exit code.
   *
   * @throws AssertionError when it can't be started or outlives its limit
   */
  public Execution run() {
    try (RunningCommand running = launch()) {
      return running.await(limit);
    }
  }

  /**
   * Runs the command and returns its standard output.
   *
   * @throws AssertionError when it fails, can't be started or outlives its limit
   */
  public String output() {
    return run().requireSuccess().output();
  }

  /**
   * Starts the command in the background; the limit does not apply.
   *
   * @throws AssertionError when it can't be started
   */
  public RunningCommand start() {
    RunningCommand running = launch();
    namespace.ifPresent(owner -> owner.own(running));
    return running;
  }

  private RunningCommand launch() {
    List<String> line = new ArrayList<>();
    namespace.ifPresent(owner -> line.addAll(List.of("ip", "netns", "exec", owner.name())));
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    try {
      Path directory = Files.createTempDirectory("zlayer-command");
      File stdin = Files.writeString(directory.resolve("stdin"), input).toFile();
      builder.redirectInput(stdin);
      return RunningCommand.start(builder, directory);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for " + line, e);
    }
  }
}
