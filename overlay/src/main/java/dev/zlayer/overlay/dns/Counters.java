package dev.zlayer.overlay.dns;

import java.util.concurrent.atomic.LongAdder;

/** What a server counts; see {@link DnsStatistics}. */
final class Counters {
  final LongAdder udpAnswers = new LongAdder();
  final LongAdder tcpAnswers = new LongAdder();
  final LongAdder forwarded = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder strangers = new LongAdder();
  final LongAdder ignored = new LongAdder();
  final LongAdder unsent = new LongAdder();

  DnsStatistics statistics() {
    return new DnsStatistics(
        udpAnswers.sum(),
        tcpAnswers.sum(),
        forwarded.sum(),
        failures.sum(),
        strangers.sum(),
        ignored.sum(),
        unsent.sum());
  }
}
