package dev.zlayer.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of a test's own, without anything in it but a loopback that is down. */
final class TestNamespace implements AutoCloseable {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final String name;

  private TestNamespace(String name) {
    this.name = name;
  }

  static TestNamespace create() throws IOException {
    String name = "zl-linux-" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
    run("ip", "netns", "add", name);
    return new TestNamespace(name);
  }

  Path path() {
    return Path.of("/run/netns", name);
  }

  /** Runs {@code work} inside. */
  <T> T call(Callable<T> work) throws Exception {
    return NetworkNamespace.call(path(), work);
  }

  /** Runs {@code ip} inside and returns what it printed. */
  String ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    run("ip", "netns", "delete", name);
  }

  static String run(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError("no `ip` command: apt-get install iproute2", e);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " failed; these tests need root:\n" + output);
    }
    return output;
  }
}
