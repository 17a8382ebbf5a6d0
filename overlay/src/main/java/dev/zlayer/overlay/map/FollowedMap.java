package dev.zlayer.overlay.map;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.HostPort;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What a worker keeps of the leader's map beside its peers.
 *
 * @param confirmedAt when the leader said last that the map is as this node has it
 * @param observed where the leader hears the others
 */
public record FollowedMap(
    MapPosition position, Instant confirmedAt, Map<PublicKey, HostPort> observed, MapNames names) {
  public FollowedMap {
    Objects.requireNonNull(position);
    Objects.requireNonNull(confirmedAt);
    observed = Map.copyOf(observed);
    Objects.requireNonNull(names);
  }

  public FollowedMap confirmedAt(Instant time) {
    return new FollowedMap(position, time, observed, names);
  }
}
