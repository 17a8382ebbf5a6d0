package dev.zlayer.cli;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.BootstrapOptions;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.control.NodeJson;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "init", description = "Set up this machine as the leader of a new overlay.")
final class InitCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin NodeOptions options;
  @Mixin JsonOption json;

  @Option(
      names = "--cidr",
      paramLabel = "CIDR",
      defaultValue = OverlayBootstrap.DEFAULT_OVERLAY_CIDR,
      description = "The overlay's network, IPv4 or IPv6 (default: ${DEFAULT-VALUE}).")
  String cidr;

  @Override
  public Integer call() {
    try (OverlayBootstrap leader =
        OverlayBootstrap.initLeader(
            cidr,
            options.port.orElse(OverlayBootstrap.DEFAULT_WG_PORT),
            dataDirectory.path,
            options(options))) {
      PrintWriter out = spec.commandLine().getOut();
      NodeDescription node = leader.node();
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(node)));
      } else {
        print(node, leader.nextFreeAddress(), out);
      }
    }
    return 0;
  }

  static BootstrapOptions options(NodeOptions given) {
    BootstrapOptions options = BootstrapOptions.DEFAULT;
    if (given.interfaceName.isPresent()) {
      options = options.withInterfaceName(given.interfaceName.get());
    }
    return given.endpoint.isPresent() ? options.withEndpoint(given.endpoint.get()) : options;
  }

  private void print(NodeDescription node, Optional<InetAddress> next, PrintWriter out) {
    out.println("This node is the leader of " + node.cidr() + ".");
    out.println("  overlay address  " + IpText.format(node.nodeIp()));
    out.println("  public key       " + node.publicKey());
    out.println("  state            " + node.dataDirectory());
    out.println();
    out.println("Start it on this machine:");
    out.println("  zlayer-overlay up" + dataDirectory.repeated());
    out.println("Join it from another machine" + (node.endpoint().isEmpty() ? GUESSED : ":"));
    out.println(
        "  zlayer-overlay join --leader-cidr %s --leader-endpoint %s --leader-public-key %s"
                .formatted(node.cidr(), NextStep.endpoint(node), node.publicKey())
            + " --leader-overlay-ip %s --allocated-ip %s"
                .formatted(
                    IpText.format(node.nodeIp()), next.map(IpText::format).orElse("ADDRESS")));
  }

  private static final String GUESSED =
      " (check the endpoint, which is a guess: init --endpoint HOST:PORT sets it):";
}
