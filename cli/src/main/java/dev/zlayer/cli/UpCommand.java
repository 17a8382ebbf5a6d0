package dev.zlayer.cli;

import dev.zlayer.device.NativeLinkage;
import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import dev.zlayer.overlay.dns.DnsConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "up",
    description = "Start this node; it runs until Ctrl-C, SIGTERM or 'zlayer-overlay down'.")
final class UpCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin DataDirectoryOption dataDirectory;
  @Mixin NodeOptions options;
  @Mixin RunningOptions running;

  @Option(
      names = "--detach",
      description = "Go on in the background; return once traffic can flow.")
  boolean detach;

  @Override
  public Integer call() throws InterruptedException {
    running.check();
    if (!detach) {
      running.log.applyTo(spec.commandLine());
      NativeLinkage.begin();
    }
    PrintWriter out = spec.commandLine().getOut();
    try (OverlayBootstrap node = OverlayBootstrap.load(dataDirectory.path)) {
      if (!detach) {
        run(node, out);
        return 0;
      }
    }
    out.println(new DetachedNode(dataDirectory.path, arguments()).start());
    return 0;
  }

  private void run(OverlayBootstrap node, PrintWriter out) throws InterruptedException {
    String name = options.interfaceName.orElse(node.interfaceName());
    ServiceReport report = ServiceReport.of(System.getenv());
    try (SignalStop _ = SignalStop.arm(() -> stop(node, name, report, out))) {
      start(node);
      announce(node, out);
      report.ready(node);
      node.ended().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new OverlayException(name + " is gone: " + e.getCause().getMessage(), e);
    } finally {
      report.stopping();
    }
    out.println(name + " is down");
  }

  /** Says nothing of a node that has ended meanwhile: how it ended says more. */
  private static void announce(OverlayBootstrap node, PrintWriter out) {
    NodeStatus status;
    try {
      status = node.status();
    } catch (OverlayException e) {
      return;
    }
    out.println(summary(status));
    out.flush();
  }

  /** The same options for another process. */
  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(options.arguments());
    arguments.addAll(running.arguments());
    return arguments;
  }

  /** Options that the node can't start with aren't kept. */
  private void start(OverlayBootstrap node) {
    NodeDescription before = node.node();
    Runnable formerDns = formerDns(node);
    node.reconfigure(
        options.interfaceName.orElse(before.interfaceName()),
        options.port.orElse(before.port()),
        options.endpoint.or(before::endpoint));
    try {
      running.apply(node);
      node.start();
    } catch (RuntimeException e) {
      formerDns.run();
      node.reconfigure(before.interfaceName(), before.port(), before.endpoint());
      throw e;
    }
  }

  /** What brings the DNS of {@code node} back to what it is now. */
  private static Runnable formerDns(OverlayBootstrap node) {
    if (!node.dnsDecided()) {
      return node::forgetDns;
    }
    DnsConfig config = node.dnsConfig();
    boolean enabled = node.dnsEnabled();
    return () -> {
      node.withDns(config);
      if (!enabled) {
        node.withoutDns();
      }
    };
  }

  /** About a node that is up: a line, and one about its dashboard where it has one. */
  static String summary(NodeStatus status) {
    return "%s is up: %s/%d, UDP port %d, peers: %d, crypto: %s, pid %d%s"
        .formatted(
            status.node().interfaceName(),
            IpText.format(status.node().nodeIp()),
            status.node().cidr().prefixLength(),
            status.node().port(),
            status.peers().size(),
            status.crypto(),
            status.pid(),
            status.dashboard().map("%ndashboard: %s"::formatted).orElse(""));
  }

  private static void stop(
      OverlayBootstrap node, String name, ServiceReport report, PrintWriter out) {
    report.stopping();
    node.close();
    out.println(name + " is down");
    out.flush();
  }
}
