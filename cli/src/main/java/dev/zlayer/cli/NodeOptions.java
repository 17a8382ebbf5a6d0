package dev.zlayer.cli;

import dev.zlayer.overlay.HostPort;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is this node's own: interface, port, and how others reach it. */
final class NodeOptions {
  @Option(
      names = "--interface",
      paramLabel = "NAME",
      description = "Network interface to make (default: zl-overlay0).")
  Optional<String> interfaceName;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "UDP port to listen on (default: 51820).")
  Optional<Integer> port;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "How others reach this node; the host may be a name.")
  Optional<HostPort> endpoint;
}
