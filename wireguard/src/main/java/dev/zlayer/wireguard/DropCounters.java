package dev.zlayer.wireguard;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** One counter a reason; what a peer's counters count, the interface's count too. Thread safe. */
final class DropCounters {
  /** Those that have counted: a device may have ten thousand peers, and most drop nothing. */
  private final Map<DropReason, LongAdder> counts = new ConcurrentHashMap<>(1);

  private final Optional<DropCounters> whole;

  private DropCounters(Optional<DropCounters> whole) {
    this.whole = whole;
  }

  static DropCounters ofInterface() {
    return new DropCounters(Optional.empty());
  }

  static DropCounters ofPeer(DropCounters whole) {
    return new DropCounters(Optional.of(whole));
  }

  void count(DropReason reason) {
    count(reason, 1);
  }

  void count(DropReason reason, long packets) {
    counts.computeIfAbsent(reason, first -> new LongAdder()).add(packets);
    if (whole.isPresent()) {
      whole.get().count(reason, packets);
    }
  }

  /** The reasons that occurred, with how often. */
  Map<DropReason, Long> snapshot() {
    Map<DropReason, Long> snapshot = new EnumMap<>(DropReason.class);
    counts.forEach((reason, count) -> {
      if (count.sum() > 0) {
        snapshot.put(reason, count.sum());
      }
    });
    return snapshot;
  }
}
