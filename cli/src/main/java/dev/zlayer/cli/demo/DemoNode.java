package dev.zlayer.cli.demo;

import dev.zlayer.linux.IcmpSocket;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.health.PeerHealth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A node of the demonstration: a process in its host's namespace, asked through its socket. */
final class DemoNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int STOP_SECONDS = 10;

  private final String name;
  private final Path namespace;
  private final Path dataDirectory;
  private final NodeDescription description;
  private Process process;
  private Optional<Path> uapiSocket = Optional.empty();

  DemoNode(String name, Path namespace, Path dataDirectory, NodeDescription description) {
    this.name = name;
    this.namespace = namespace;
    this.dataDirectory = dataDirectory;
    this.description = description;
  }

  String name() {
    return name;
  }

  NodeDescription description() {
    return description;
  }

  InetAddress overlayIp() {
    return description.nodeIp();
  }

  /** This node as another one is told of it. */
  PeerConfig asPeer() {
    return PeerConfig.of(name, description.publicKey().toBase64())
        .withEndpoint(description.endpoint().orElseThrow())
        .withOverlayIp(overlayIp())
        .withHostname(name);
  }

  /** Starts the process; {@link #awaitUp} waits until it is up. */
  void start(Path launcher) throws InterruptedException {
    List<String> command =
        List.of(
            launcher.toString(),
            "up",
            "--health-interval=1",
            "--data-dir",
            dataDirectory.toString());
    // Kept from in there, so that an interrupt that comes meanwhile doesn't lose it.
    inside(() ->
        process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log().toFile())
                .start());
  }

  void awaitUp() throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Administration.isRunning(dataDirectory)) {
      if (!process.isAlive()) {
        throw new OverlayException(name + " ended at once: " + said());
      }
      if (System.nanoTime() > deadline) {
        throw new OverlayException(
            name + " is not up after " + PATIENCE.toSeconds() + " s: " + said());
      }
      Thread.sleep(20);
    }
    uapiSocket = Optional.of(status().uapiSocket());
  }

  long pid() {
    return process.pid();
  }

  /** Puts an address under a name. */
  void name(String name, InetAddress address) {
    try (Administration node = Administration.ofRunning(dataDirectory)) {
      node.addDnsRecord(name, address);
    }
  }

  /** What {@code dig} on this node's host gets for a name from {@code server}, in one line. */
  String dig(InetAddress server, String name) throws InterruptedException {
    String command =
        "dig @%s -p %d %s A +short +time=2"
            .formatted(IpText.format(server), OverlayBootstrap.DEFAULT_DNS_PORT, name);
    return inside(() -> Shell.run(command)).lines().sorted().collect(Collectors.joining(", "));
  }

  /** Whether this node holds {@code peer} UP; empty before its first check. */
  Optional<Boolean> holdsUp(DemoNode peer) {
    return status().peers().stream()
        .filter(one -> one.config().publicKey().equals(peer.description().publicKey()))
        .flatMap(one -> one.health().stream())
        .map(PeerHealth::healthy)
        .findFirst();
  }

  /** Ends the process as a power cut would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  NodeStatus status() {
    try (Administration node = Administration.ofRunning(dataDirectory)) {
      return node.status();
    }
  }

  /** Sends one echo request from this node's host. */
  Optional<Duration> ping(InetAddress target, byte[] payload, Duration timeout)
      throws InterruptedException {
    return inside(() -> {
      try (IcmpSocket socket = IcmpSocket.open(StandardProtocolFamily.INET)) {
        return socket.echo(target, payload, timeout);
      }
    });
  }

  /** Ends the process, waits for its end and removes what a killed one left. */
  @Override
  public void close() {
    if (process != null) {
      end();
      uapiSocket.ifPresent(DemoNode::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new OverlayException(file + " can't be removed: " + e.getMessage(), e);
    }
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  private <T> T inside(Work<T> work) throws InterruptedException {
    try {
      return NetworkNamespace.call(namespace, work::run);
    } catch (InterruptedException | OverlayException e) {
      throw e;
    } catch (Exception e) {
      throw new OverlayException(name + ": " + e.getMessage(), e);
    }
  }

  private Path log() {
    return dataDirectory.resolve("demo.log");
  }

  private String said() {
    try {
      return Files.readString(log(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "nothing (" + e.getMessage() + ")";
    }
  }
}
