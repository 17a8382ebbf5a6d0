package dev.zlayer.overlay.ipam;

import dev.zlayer.wireguard.Cidr;
import java.util.Objects;

/**
 * How full a network is. Counts of addresses; {@link Long#MAX_VALUE} stands for that many and more.
 *
 * @param cidr the network that is leased from
 * @param total how many can be leased at all
 * @param allocated how many are leased
 * @param resting how many were released and aren't leased again yet
 * @param available how many could be leased now: not leased, resting or part of a slice
 */
public record AllocationStats(Cidr cidr, long total, int allocated, int resting, long available) {
  public AllocationStats {
    Objects.requireNonNull(cidr);
  }
}
