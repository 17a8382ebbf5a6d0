package dev.zlayer.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A network namespace of the kernel's, named {@code zlt-PID-N}: {@code run-tests} finds by the pid
 * what a killed test left behind. Needs root. Not thread safe.
 */
public final class Netns implements AutoCloseable {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final String name;
  private final List<RunningCommand> commands = new ArrayList<>();
  private int nics;

  private Netns(String name) {
    this.name = name;
  }

  /** Makes a namespace in which only the loopback interface is up. */
  public static Netns create() {
    Tools.require("ip", "iproute2");
    Netns made = new Netns("zlt-" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement());
    Command.of("ip", "netns", "add", made.name).output();
    made.ip("link", "set", "lo", "up");
    return made;
  }

  public String name() {
    return name;
  }

  /** The plan of a network interface with the next free name; {@link Topology} makes it real. */
  public Nic nic(String... addresses) {
    return new Nic(this, "eth" + nics++, List.of(addresses));
  }

  /** Runs a command inside and returns its standard output; its failure is the test's. */
  public String exec(String... words) {
    return Command.of(words).in(this).output();
  }

  /** Starts a command inside that ends at the latest with the namespace. */
  public RunningCommand start(String... words) {
    return Command.of(words).in(this).start();
  }

  /** Runs {@code ip} on this namespace: {@code ip("route", "add", ...)}. */
  public String ip(String... words) {
    List<String> line = new ArrayList<>(List.of("ip", "-n", name));
    line.addAll(List.of(words));
    return Command.of(line.toArray(String[]::new)).output();
  }

  /**
   * Adds an address with its prefix length, usable at once: nobody else has it, so IPv6 duplicate
   * detection is left out.
   */
  public void addAddress(String interfaceName, String address) {
    if (address.contains(":")) {
      ip("address", "add", address, "dev", interfaceName, "nodad");
    } else {
      ip("address", "add", address, "dev", interfaceName);
    }
  }

  /** The processes that run inside, whoever started them. */
  public List<Long> pids() {
    return Command.of("ip", "netns", "pids", name).output().lines().map(Long::valueOf).toList();
  }

  /**
   * Ends the processes inside, those in the background included, and deletes the namespace with its
   * interfaces.
   */
  @Override
  public void close() {
    commands.reversed().forEach(RunningCommand::close);
    endAll(ProcessHandle::destroy);
    endAll(ProcessHandle::destroyForcibly);
    Command.of("ip", "netns", "delete", name).output();
  }

  void own(RunningCommand command) {
    commands.add(command);
  }

  private void endAll(Consumer<ProcessHandle> signal) {
    pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(signal));
    long start = System.nanoTime();
    while (!pids().isEmpty() && System.nanoTime() - start < GRACE.toNanos()) {
      Eventually.pause();
    }
  }
}
