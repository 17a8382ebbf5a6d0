package dev.zlayer.overlay.dns;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long answers took, from the query's arrival until the answer was ready.
 *
 * @param counts how many took longer than the bound before and at most as long as {@link #BOUNDS}
 *     has it in the same place; one more for those above all bounds
 * @param sum of all of them
 */
public record DnsLatency(List<Long> counts, Duration sum) {
  /** In ascending order. */
  public static final List<Duration> BOUNDS =
      Stream.of(
              50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000,
              500_000, 1_000_000, 2_500_000)
          .map(micros -> Duration.ofNanos(micros * 1_000L))
          .toList();

  public DnsLatency {
    counts = List.copyOf(counts);
    if (counts.size() != BOUNDS.size() + 1) {
      throw new IllegalArgumentException(
          counts.size() + " counts for " + BOUNDS.size() + " bounds and what is above them");
    }
  }
}
