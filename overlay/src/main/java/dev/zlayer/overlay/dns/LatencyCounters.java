package dev.zlayer.overlay.dns;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts answers by how long they took; see {@link DnsLatency}. Thread safe. */
final class LatencyCounters {
  private static final long[] BOUNDS_NANOS =
      DnsLatency.BOUNDS.stream().mapToLong(Duration::toNanos).toArray();

  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(BOUNDS_NANOS.length + 1).toArray(LongAdder[]::new);
  private final LongAdder sumNanos = new LongAdder();

  void count(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sumNanos.add(nanos);
  }

  DnsLatency now() {
    return new DnsLatency(
        Arrays.stream(counts).map(LongAdder::sum).toList(), Duration.ofNanos(sumNanos.sum()));
  }
}
