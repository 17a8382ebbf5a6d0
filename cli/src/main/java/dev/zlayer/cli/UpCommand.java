package dev.zlayer.cli;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.OverlayException;
import java.io.PrintWriter;
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

  @Option(
      names = "--detach",
      description = "Go on in the background; return once traffic can flow.")
  boolean detach;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (OverlayBootstrap node = OverlayBootstrap.load(dataDirectory.path)) {
      node.reconfigure(options.interfaceName, options.port, options.endpoint);
      if (!detach) {
        return run(node, out);
      }
    }
    out.println(new DetachedNode(dataDirectory.path).start());
    return 0;
  }

  private static int run(OverlayBootstrap node, PrintWriter out) throws InterruptedException {
    Thread onSignal = new Thread(() -> stopAndHalt(node, out), "stop on signal");
    node.start();
    Runtime.getRuntime().addShutdownHook(onSignal);
    out.println(summary(node.status()));
    out.flush();
    try {
      node.ended().toCompletableFuture().get();
      return 0;
    } catch (ExecutionException e) {
      throw new OverlayException(
          "the node ended, its interface is gone: " + e.getCause().getMessage(), e);
    } finally {
      removeHook(onSignal);
    }
  }

  /** One line about a node that is up. */
  static String summary(NodeStatus status) {
    return "%s is up: %s/%d, UDP port %d, peers: %d, crypto: %s, pid %d"
        .formatted(
            status.node().interfaceName(),
            dev.zlayer.memory.IpText.format(status.node().nodeIp()),
            status.node().cidr().prefixLength(),
            status.node().port(),
            status.peers().size(),
            status.crypto(),
            status.pid());
  }

  /** A node that was stopped cleanly by a signal has done what it was asked to: exit code 0. */
  private static void stopAndHalt(OverlayBootstrap node, PrintWriter out) {
    String name = node.interfaceName();
    node.close();
    out.println(name + " is down");
    out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException signalled) {
      // The hook is running already, and ends the process.
    }
  }
}
