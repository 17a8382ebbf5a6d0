package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
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
    BootstrapOptions bootstrap = InitCommand.options(options);
    if (presharedKeyFile.isPresent()) {
      bootstrap = bootstrap.withLeaderPresharedKey(KeyFile.presharedKey(presharedKeyFile.get()));
    }
    try (OverlayBootstrap worker =
        OverlayBootstrap.join(
            leaderCidr,
            leaderEndpoint,
            leaderPublicKey,
            leaderOverlayIp,
            allocatedIp,
            options.port.orElse(OverlayBootstrap.DEFAULT_WG_PORT),
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
    String ip = IpText.format(node.nodeIp());
    out.println("This node is a worker of " + node.cidr() + ".");
    out.println("  overlay address  " + ip);
    out.println("  public key       " + node.publicKey());
    out.println("  state            " + node.dataDirectory());
    out.println();
    out.println(
        "Tell the leader, on its machine"
            + (node.endpoint().isEmpty() ? " (check the endpoint, which is a guess):" : ":"));
    out.println(
        "  zlayer-overlay peer add --node-id node-%s --public-key %s --endpoint %s --ip %s"
            .formatted(ip.replaceAll("[.:]+", "-"), node.publicKey(), NextStep.endpoint(node), ip));
    out.println("Then start this node:");
    out.println("  zlayer-overlay up" + dataDirectory.repeated());
  }
}
