package dev.zlayer.cli;

import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.control.NodeJson;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "join", description = "Set up this machine as a worker of an overlay.")
final class JoinCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin NodeOptions options;
  @Mixin JsonOption json;

  @Option(
      names = {"--leader-cidr", "--cidr"},
      paramLabel = "CIDR",
      defaultValue = OverlayBootstrap.DEFAULT_OVERLAY_CIDR,
      description = "The overlay's network (default: ${DEFAULT-VALUE}).")
  String leaderCidr;

  @Option(
      names = {"--leader-cidr-v6", "--cidr-v6"},
      paramLabel = "CIDR",
      description = "The overlay's IPv6 network, where it has both (default: none).")
  Optional<String> leaderCidrV6;

  @Option(
      names = "--leader-endpoint",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Where the leader is reached.")
  String leaderEndpoint;

  @Option(
      names = "--leader-public-key",
      paramLabel = "KEY",
      required = true,
      description = "The leader's public key, base64.")
  String leaderPublicKey;

  @Option(
      names = "--leader-overlay-ip",
      paramLabel = "IP",
      required = true,
      description = "The leader's address in the overlay.")
  InetAddress leaderOverlayIp;

  @Option(
      names = "--allocated-ip",
      paramLabel = "IP",
      required = true,
      description = "This node's address, which the leader leased.")
  InetAddress allocatedIp;

  @Option(
      names = "--preshared-key-file",
      paramLabel = "FILE",
      description = "A file with the preshared key for the leader, base64.")
  Optional<Path> presharedKeyFile;

  @Override
  public Integer call() {
    BootstrapOptions own = options.bootstrap();
    own = leaderCidrV6.map(own::withCidrV6).orElse(own);
    BootstrapOptions bootstrap =
        presharedKeyFile.map(KeyFile::presharedKey).map(own::withLeaderPresharedKey).orElse(own);
    try (OverlayBootstrap worker =
        OverlayBootstrap.join(
            leaderCidr,
            leaderEndpoint,
            leaderPublicKey,
            leaderOverlayIp,
            allocatedIp,
            options.portOrDefault(),
            dataDirectory.path,
            bootstrap)) {
      PrintWriter out = spec.commandLine().getOut();
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(worker.node())));
      } else {
        print(worker.node(), out);
      }
    }
    return 0;
  }

  private void print(NodeDescription node, PrintWriter out) {
    NextStep.describe(node, out);
    out.println("Tell the leader, on its machine" + NextStep.caveat(node) + ":");
    out.println(NextStep.peerAdd(node, presharedKeyFile));
    out.println("Then start this node:");
    out.println(NextStep.up(dataDirectory));
  }
}
