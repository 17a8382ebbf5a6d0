package dev.zlayer.overlay.metrics;

import static dev.zlayer.overlay.metrics.Family.counter;

import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.metrics.Family.Sample;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
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

  private static Sample by(String label, String value, long count) {
    return new Sample(Labels.of(label, value), (double) count);
  }
}
