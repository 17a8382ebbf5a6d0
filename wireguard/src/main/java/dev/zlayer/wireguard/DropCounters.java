package dev.zlayer.wireguard;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/** One counter a reason; what a peer's counters count, the interface's count too. Thread safe. */
final class DropCounters {
  private static final DropReason[] REASONS = DropReason.values();

  private final AtomicLongArray counts = new AtomicLongArray(REASONS.length);
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
    counts.addAndGet(reason.ordinal(), packets);
    if (whole.isPresent()) {
      whole.get().count(reason, packets);
    }
  }

  /** The reasons that occurred, with how often. */
  Map<DropReason, Long> snapshot() {
    Map<DropReason, Long> snapshot = new EnumMap<>(DropReason.class);
    for (DropReason reason : REASONS) {
      long count = counts.get(reason.ordinal());
      if (count > 0) {
        snapshot.put(reason, count);
      }
    }
    return snapshot;
  }
}
