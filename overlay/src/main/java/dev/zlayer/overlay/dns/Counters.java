package dev.zlayer.overlay.dns;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a server counts; see {@link DnsStatistics}. Thread safe. */
final class Counters {
  final LongAdder udpAnswers = new LongAdder();
  final LongAdder tcpAnswers = new LongAdder();
  final LongAdder forwarded = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder strangers = new LongAdder();
  final LongAdder ignored = new LongAdder();
  final LongAdder unsent = new LongAdder();
  private final Map<DnsResult, LongAdder> results = new EnumMap<>(DnsResult.class);
  private final LatencyCounters own = new LatencyCounters();
  private final LatencyCounters others = new LatencyCounters();

  Counters() {
    for (DnsResult result : DnsResult.values()) {
      results.put(result, new LongAdder());
    }
  }

  /**
   * An answer of our own zone, or a refusal.
   *
   * @param receivedNanos when the query came, by {@link System#nanoTime}
   */
  void countOwn(byte[] answer, long receivedNanos) {
    count(answer, receivedNanos, own);
  }

  /** An answer that others were asked for. */
  void countForwarded(byte[] answer, long receivedNanos) {
    count(answer, receivedNanos, others);
  }

  private void count(byte[] answer, long receivedNanos, LatencyCounters latency) {
    results.get(DnsResult.of(answer)).increment();
    latency.count(System.nanoTime() - receivedNanos);
  }

  DnsStatistics statistics() {
    Map<DnsResult, Long> counted = new EnumMap<>(DnsResult.class);
    results.forEach((result, count) -> counted.put(result, count.sum()));
    return new DnsStatistics(
        udpAnswers.sum(),
        tcpAnswers.sum(),
        forwarded.sum(),
        failures.sum(),
        strangers.sum(),
        ignored.sum(),
        unsent.sum(),
        counted,
        own.now(),
        others.now());
  }
}
