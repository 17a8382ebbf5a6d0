package dev.zlayer.cli.demo;

import dev.zlayer.linux.IcmpSocket;
import dev.zlayer.linux.NetworkNamespace;
import dev.zlayer.overlay.Administration;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.PeerConfig;
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

/** A node of the demonstration: a process in its host's namespace, asked through its socket. */
final class DemoNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int STOP_SECONDS = 10;

  private final String name;
  private final Path namespace;
  private final Path dataDirectory;
  private final NodeDescription description;
  private Process process;

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
        .withOverlayIp(overlayIp());
  }

  /** Starts the process; {@link #awaitUp} waits until it is up. */
  void start(Path launcher) throws InterruptedException {
    List<String> command =
        List.of(launcher.toString(), "up", "--data-dir", dataDirectory.toString());
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
  }

  long pid() {
    return process.pid();
  }

  /** Tells the running node of another one. */
  void tell(PeerConfig peer) {
    try (Administration node = Administration.ofRunning(dataDirectory)) {
      node.addPeer(peer);
    }
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

  /** Ends the process and waits for its end. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
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
    T run() throws IOException;
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
