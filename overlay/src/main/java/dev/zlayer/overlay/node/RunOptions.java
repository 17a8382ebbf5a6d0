package dev.zlayer.overlay.node;

import dev.zlayer.overlay.ResolverMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a node runs, this time.
 *
 * @param healthInterval from one check of the peers to the next
 * @param mapTimeToLive on a worker, how old the leader's map is relied on; empty for ever
 * @param metrics where Prometheus may read of the node; empty for nowhere
 * @param dashboard where a browser may see the node's dashboard; empty for nowhere
 * @param resolver what leads programs of this machine to the names that the node serves
 */
public record RunOptions(
    Duration healthInterval,
    Optional<Duration> mapTimeToLive,
    Optional<InetSocketAddress> metrics,
    Optional<InetSocketAddress> dashboard,
    ResolverMode resolver) {
  public RunOptions {
    Objects.requireNonNull(healthInterval);
    Objects.requireNonNull(mapTimeToLive);
    Objects.requireNonNull(metrics);
    Objects.requireNonNull(dashboard);
    Objects.requireNonNull(resolver);
  }

  /** Nothing but the checks of the peers. */
  public static RunOptions checking(Duration healthInterval) {
    return new RunOptions(
        healthInterval, Optional.empty(), Optional.empty(), Optional.empty(), ResolverMode.NONE);
  }

  public RunOptions withHealthInterval(Duration interval) {
    return new RunOptions(interval, mapTimeToLive, metrics, dashboard, resolver);
  }

  public RunOptions withMapTimeToLive(Duration timeToLive) {
    return new RunOptions(healthInterval, Optional.of(timeToLive), metrics, dashboard, resolver);
  }

  public RunOptions withMetrics(InetSocketAddress address) {
    return new RunOptions(healthInterval, mapTimeToLive, Optional.of(address), dashboard, resolver);
  }

  public RunOptions withDashboard(InetSocketAddress address) {
    return new RunOptions(healthInterval, mapTimeToLive, metrics, Optional.of(address), resolver);
  }

  public RunOptions withResolver(ResolverMode mode) {
    return new RunOptions(healthInterval, mapTimeToLive, metrics, dashboard, mode);
  }
}
