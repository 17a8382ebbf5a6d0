package dev.zlayer.overlay.metrics;

import static dev.zlayer.overlay.metrics.Family.counter;

import dev.zlayer.overlay.dns.DnsLatency;
import dev.zlayer.overlay.dns.DnsResult;
import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.metrics.Family.Sample;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.stream.Stream;

/** What a node's DNS server did. */
final class DnsMetrics {
  private DnsMetrics() {}

  static Stream<MetricSnapshot> of(DnsStatistics dns) {
    return Stream.of(
        counter(
            "zlayer_dns_answers",
            "Answers to DNS queries, by transport.",
            Stream.of(
                by("transport", "udp", dns.udpAnswers()),
                by("transport", "tcp", dns.tcpAnswers()))),
        counter(
            "zlayer_dns_results",
            "Answers to DNS queries, by what they say.",
            Arrays.stream(DnsResult.values())
                .map(result ->
                    by(
                        "result",
                        NodeMetrics.word(result),
                        dns.results().getOrDefault(result, 0L)))),
        HistogramSnapshot.builder()
            .name("zlayer_dns_answer_duration_seconds")
            .help("From a DNS query's arrival to its answer, by who knew it: the zone, or others.")
            .dataPoint(latency("zone", dns.ownLatency()))
            .dataPoint(latency("forwarded", dns.forwardedLatency()))
            .build(),
        counter(
            "zlayer_dns_forwarded_queries",
            "DNS queries that others were asked.",
            Sample.of(dns.forwarded())),
        counter(
            "zlayer_dns_forwarding_failures",
            "DNS queries for others that nobody answered.",
            Sample.of(dns.failures())),
        counter(
            "zlayer_dns_stranger_messages",
            "DNS messages and connections from outside of the overlay, which got no answer.",
            Sample.of(dns.strangers())),
        counter(
            "zlayer_dns_ignored_messages",
            "DNS messages that were no queries.",
            Sample.of(dns.ignored())),
        counter(
            "zlayer_dns_unsent_answers",
            "DNS answers that the network didn't take.",
            Sample.of(dns.unsent())));
  }

  private static HistogramDataPointSnapshot latency(String source, DnsLatency latency) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < DnsLatency.BOUNDS.size(); i++) {
      buckets.bucket(Family.seconds(DnsLatency.BOUNDS.get(i)), latency.counts().get(i));
    }
    buckets.bucket(Double.POSITIVE_INFINITY, latency.counts().getLast());
    return HistogramDataPointSnapshot.builder()
        .labels(Labels.of("source", source))
        .classicHistogramBuckets(buckets.build())
        .sum(Family.seconds(latency.sum()))
        .build();
  }

  private static Sample by(String label, String value, long count) {
    return new Sample(Labels.of(label, value), (double) count);
  }
}
