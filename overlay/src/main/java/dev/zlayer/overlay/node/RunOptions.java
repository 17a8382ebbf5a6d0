package dev.zlayer.overlay.node;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a node runs, this time.
 *
 * @param healthInterval from one check of the peers to the next
 * @param mapTimeToLive on a worker, how old the leader's map is relied on; empty for ever
 */
public record RunOptions(Duration healthInterval, Optional<Duration> mapTimeToLive) {
  public RunOptions {
    Objects.requireNonNull(healthInterval);
    Objects.requireNonNull(mapTimeToLive);
  }
}
