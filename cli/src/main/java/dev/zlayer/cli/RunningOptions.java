package dev.zlayer.cli;

import dev.zlayer.cli.log.LineLogging;
import dev.zlayer.overlay.OverlayBootstrap;
import dev.zlayer.overlay.WebAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a node runs, for every command that starts one. */
final class RunningOptions {
  @Mixin DnsOptions dns;
  @Mixin ResolverOptions resolver;
  @Mixin LogOptions log;

  @Option(
      names = "--health-interval",
      paramLabel = "SECONDS",
      description = "Check the peers this often, 1 to 3600 (default: 30).")
  Optional<Integer> healthInterval;

  @Option(
      names = "--map-ttl",
      paramLabel = "TIME",
      description =
          "On a worker that doesn't hear of its leader: rely on its map for so long, 30s at least"
              + " (default: for ever).")
  Optional<Duration> mapTtl;

  @Option(
      names = "--metrics",
      paramLabel = "WHERE",
      description =
          "Let Prometheus read of this node at loopback, overlay or ADDRESS:PORT"
              + " (default port: 15380; default: nowhere).")
  Optional<WebAddress> metrics;

  @Option(
      names = "--dashboard",
      paramLabel = "WHERE",
      converter = DashboardAddress.class,
      description =
          "Show this node and its peers to a browser at loopback, overlay or ADDRESS:PORT"
              + " (default port: 15381; default: nowhere).")
  Optional<WebAddress> dashboard;

  /**
   * Checks the options, before anything is changed; those of the log take effect.
   *
   * @throws IllegalArgumentException naming an option or a value and its rule
   */
  void check() {
    log.apply();
    dns.check();
    resolver.check();
    healthInterval
        .filter(seconds -> seconds < 1 || seconds > 3600)
        .ifPresent(seconds -> {
          throw new IllegalArgumentException("--health-interval " + seconds + " is not in 1..3600");
        });
    mapTtl
        .filter(time -> time.compareTo(OverlayBootstrap.MIN_MAP_TTL) < 0)
        .ifPresent(time -> {
          throw new IllegalArgumentException(
              "--map-ttl %s s is below %s s"
                  .formatted(time.toSeconds(), OverlayBootstrap.MIN_MAP_TTL.toSeconds()));
        });
  }

  /** Has the node start as the options say. */
  void apply(OverlayBootstrap node) {
    dns.apply(node);
    node.withResolver(resolver.get());
    healthInterval.map(Duration::ofSeconds).ifPresent(node::withHealthInterval);
    mapTtl.ifPresent(node::withMapTimeToLive);
    metrics.ifPresent(node::withMetrics);
    dashboard.ifPresent(node::withDashboard);
    node.withLogLevels(LineLogging.loggers());
  }

  /** The options that were given, for another command; each is one word. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(dns.arguments());
    arguments.addAll(resolver.arguments());
    arguments.addAll(log.arguments());
    healthInterval.ifPresent(seconds -> arguments.add("--health-interval=" + seconds));
    mapTtl.ifPresent(time -> arguments.add("--map-ttl=" + time.toSeconds() + "s"));
    metrics.ifPresent(where -> arguments.add("--metrics=" + where));
    dashboard.ifPresent(where -> arguments.add("--dashboard=" + where));
    return arguments;
  }
}
