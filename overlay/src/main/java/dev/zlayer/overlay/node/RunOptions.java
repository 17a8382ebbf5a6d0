package dev.zlayer.overlay.node;

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
 */
public record RunOptions(
    Duration healthInterval,
    Optional<Duration> mapTimeToLive,
    Optional<InetSocketAddress> metrics) {
  public RunOptions {
    Objects.requireNonNull(healthInterval);
    Objects.requireNonNull(mapTimeToLive);
    Objects.requireNonNull(metrics);
  }

  /** Nothing but the checks of the peers. */
  public static RunOptions checking(Duration healthInterval) {
    return new RunOptions(healthInterval, Optional.empty(), Optional.empty());
  }

  public RunOptions withHealthInterval(Duration interval) {
    return new RunOptions(interval, mapTimeToLive, metrics);
  }

  public RunOptions withMapTimeToLive(Duration timeToLive) {
    return new RunOptions(healthInterval, Optional.of(timeToLive), metrics);
  }

  public RunOptions withMetrics(InetSocketAddress address) {
    return new RunOptions(healthInterval, mapTimeToLive, Optional.of(address));
  }
}
