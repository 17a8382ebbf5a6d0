package dev.zlayer.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started, with all it prints.
 *
 * <p>Its output goes to files, not through pipes: a pipe would stay open for as long as a child
 * that goes on in the background holds it.
 */
public final class RunningCommand implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final List<String> words;
  private final Process process;
  private final Path directory;

  private RunningCommand(List<String> words, Process process, Path directory) {
    this.words = words;
    this.process = process;
    this.directory = directory;
  }

  static RunningCommand start(ProcessBuilder builder, Path directory) {
    builder.redirectOutput(directory.resolve("stdout").toFile());
    builder.redirectError(directory.resolve("stderr").toFile());
    try {
      return new RunningCommand(List.copyOf(builder.command()), builder.start(), directory);
    } catch (IOException e) {
      delete(directory);
      throw new AssertionError("can't start " + String.join(" ", builder.command()), e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote to its standard output so far. */
  public String output() {
    return read("stdout");
  }

  /** What it wrote to its standard error so far. */
  public String errors() {
    return read("stderr");
  }

  /**
   * Waits until it has printed {@code text}, to either stream.
   *
   * @throws AssertionError when it ends first or {@code limit} passes
   */
  public void awaitText(String text, Duration limit) {
    Eventually.within(
        limit,
        () -> "'" + text + "' from " + soFar(),
        () -> {
          boolean ended = !process.isAlive();
          boolean printed = output().contains(text) || errors().contains(text);
          if (ended && !printed) {
            throw new AssertionError("ended without '" + text + "': " + soFar());
          }
          return printed;
        });
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError when {@code limit} passes first; the process is killed then
   */
  public Execution await(Duration limit) {
    if (!endsWithin(limit)) {
      kill();
      throw new AssertionError("still running after " + limit + ": " + soFar());
    }
    return new Execution(words, process.exitValue(), output(), errors());
  }

  /** Sends a signal: {@code INT}, {@code HUP}, {@code STOP}. */
  public void signal(String name) {
    Command.of("kill", "-" + name, Long.toString(pid())).output();
  }

  /** Sends SIGTERM and waits for the end; after 10 seconds it sends SIGKILL. */
  public Execution stop() {
    process.destroy();
    if (!endsWithin(GRACE)) {
      kill();
    }
    return new Execution(words, process.exitValue(), output(), errors());
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() {
    process.destroyForcibly();
    if (!endsWithin(GRACE)) {
      throw new AssertionError("survived SIGKILL: " + soFar());
    }
  }

  /** Stops it and forgets what it printed. */
  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    delete(directory);
  }

  private String soFar() {
    return String.join(" ", words) + "\n" + output() + errors();
  }

  private boolean endsWithin(Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + String.join(" ", words), e);
    }
  }

  private String read(String stream) {
    try {
      return new String(Files.readAllBytes(directory.resolve(stream)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new IllegalStateException("closed: " + String.join(" ", words), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    File[] files = directory.toFile().listFiles();
    try {
      for (File file : files == null ? new File[0] : files) {
        Files.deleteIfExists(file.toPath());
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
