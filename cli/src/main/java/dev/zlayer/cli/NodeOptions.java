package dev.zlayer.cli;

import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.HostPort;
import dev.zlayer.overlay.OverlayBootstrap;
import java.util.ArrayList;
import java.util.List;
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

  /** The port that was given, or else the default. */
  int portOrDefault() {
    return port.orElse(OverlayBootstrap.DEFAULT_WG_PORT);
  }

  /** The same options for another process. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    interfaceName.ifPresent(name -> arguments.add("--interface=" + name));
    port.ifPresent(number -> arguments.add("--port=" + number));
    endpoint.ifPresent(place -> arguments.add("--endpoint=" + place));
    return arguments;
  }

  /** What a new node is set up with. */
  BootstrapOptions bootstrap() {
    BootstrapOptions bootstrap = BootstrapOptions.DEFAULT;
    bootstrap = interfaceName.map(bootstrap::withInterfaceName).orElse(bootstrap);
    return endpoint.map(bootstrap::withEndpoint).orElse(bootstrap);
  }
}
