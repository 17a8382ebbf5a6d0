package dev.zlayer.overlay;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The leader's map as a running worker has it.
 *
 * @param epoch and {@code revision}: the version of the leader's membership in it
 * @param confirmedAt when the leader said last that it is so; empty before the first time
 * @param trusted false once it is older than {@code --map-ttl} allows: of the mapped peers only the
 *     leader is talked to then
 */
public record MapStatus(long epoch, long revision, Optional<Instant> confirmedAt, boolean trusted) {
  public MapStatus {
    Objects.requireNonNull(confirmedAt);
  }
}
