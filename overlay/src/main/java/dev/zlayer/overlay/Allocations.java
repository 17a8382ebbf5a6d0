package dev.zlayer.overlay;

import dev.zlayer.overlay.ipam.AllocationStats;
import java.util.List;
import java.util.Objects;

/**
 * The addresses of a leader's network.
 *
 * @param leases all that aren't free, lowest address first
 */
public record Allocations(AllocationStats stats, List<AddressLease> leases) {
  public Allocations {
    Objects.requireNonNull(stats);
    leases = List.copyOf(leases);
  }
}
