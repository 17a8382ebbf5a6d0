package dev.zlayer.overlay.metrics;

import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.http.Page;
import dev.zlayer.overlay.http.PageContent;
import dev.zlayer.overlay.http.PageRequest;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A running node and its JVM in the text format that the asking Prometheus wants, OpenMetrics among
 * them. Thread safe.
 */
public final class MetricsPage implements Page {
  public static final String PATH = "/metrics";

  private final Supplier<NodeStatus> status;
  private final Supplier<Optional<DnsStatistics>> dns;
  private final String version;
  private final PrometheusRegistry jvm = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();

  /**
   * @param version of this software
   * @param status the node as it is now
   * @param dns what its DNS server did; empty where it serves no names
   */
  public MetricsPage(
      String version, Supplier<NodeStatus> status, Supplier<Optional<DnsStatistics>> dns) {
    this.version = version;
    this.status = status;
    this.dns = dns;
    JvmMemoryMetrics.builder().register(jvm);
    JvmGarbageCollectorMetrics.builder().register(jvm);
    JvmThreadsMetrics.builder().register(jvm);
    JvmRuntimeInfoMetric.builder().register(jvm);
    ProcessMetrics.builder().register(jvm);
  }

  @Override
  public PageContent show(PageRequest request) throws IOException {
    ExpositionFormatWriter writer =
        formats.findWriter(request.headers().apply("Accept").orElse(null));
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    NodeMetrics.of(version, status.get(), dns.get()).forEach(all::metricSnapshot);
    jvm.scrape().forEach(all::metricSnapshot);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    writer.write(body, all.build());
    return new PageContent(writer.getContentType(), body.toByteArray());
  }
}
