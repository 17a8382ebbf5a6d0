package dev.zlayer.overlay.health;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** The outcomes of the last probes of a peer. Not thread safe. */
final class PingWindow {
  /** How many are kept. */
  static final int PROBES = 20;

  /** An empty one is a probe that wasn't answered. */
  private final ArrayDeque<Optional<Duration>> outcomes = new ArrayDeque<>(PROBES);

  void add(Optional<Duration> roundTrip) {
    if (outcomes.size() == PROBES) {
      outcomes.removeFirst();
    }
    outcomes.addLast(roundTrip);
  }

  PingStatistics statistics() {
    List<Duration> roundTrips = outcomes.stream().flatMap(Optional::stream).sorted().toList();
    if (roundTrips.isEmpty()) {
      return new PingStatistics(
          outcomes.size(), 0, Optional.empty(), Optional.empty(), Optional.empty());
    }
    Duration sum = roundTrips.stream().reduce(Duration.ZERO, Duration::plus);
    return new PingStatistics(
        outcomes.size(),
        roundTrips.size(),
        Optional.of(roundTrips.getFirst()),
        Optional.of(sum.dividedBy(roundTrips.size())),
        Optional.of(roundTrips.getLast()));
  }
}
