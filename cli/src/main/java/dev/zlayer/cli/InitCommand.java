package dev.zlayer.cli;

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
  @Mixin DnsOptions dns;
  @Mixin JsonOption json;

  @Option(
      names = "--cidr",
      paramLabel = "CIDR",
      defaultValue = OverlayBootstrap.DEFAULT_OVERLAY_CIDR,
      description = "The overlay's network, IPv4 or IPv6 (default: ${DEFAULT-VALUE}).")
  String cidr;

  @Option(
      names = "--cidr-v6",
      paramLabel = "CIDR",
      description = "An IPv6 network beside the IPv4 one, for every node alike (default: none).")
  Optional<String> cidrV6;

  @Override
  public Integer call() {
    dns.check();
    BootstrapOptions own = options.bootstrap();
    try (OverlayBootstrap leader =
        OverlayBootstrap.initLeader(
            cidr,
            options.portOrDefault(),
            dataDirectory.path,
            cidrV6.map(own::withCidrV6).orElse(own))) {
      dns.apply(leader);
      PrintWriter out = spec.commandLine().getOut();
      if (json.isSet) {
        out.println(NodeJson.text(NodeJson.of(leader.node())));
      } else {
        print(leader.node(), leader.nextFreeAddress().orElseThrow(), out);
      }
    }
    return 0;
  }

  private void print(NodeDescription node, InetAddress next, PrintWriter out) {
    NextStep.describe(node, out);
    out.println("Start it on this machine:");
    out.println(NextStep.up(dataDirectory));
    if (node.endpoint().isPresent()) {
      out.println("Then invite another machine, with a token that does the rest there:");
      out.println(NextStep.invite(dataDirectory));
    }
    out.println("Or join another machine by hand, there" + NextStep.caveat(node) + ":");
    out.println(NextStep.join(node, next));
  }
}
