package dev.zlayer.overlay.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.SampleKeys;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeMetricsTest {
  private static String text(MetricSnapshots metrics) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, metrics);
    return out.toString(StandardCharsets.UTF_8);
  }

  /**
   * Names, types, help, labels and values. Dashboards and alerts of others go by them: what changes
   * here is told in the changelog.
   */
  @Test
  void aNodeReadsAsItAlwaysDid() throws IOException {
    try (InputStream golden = NodeMetricsTest.class.getResourceAsStream("worker.txt")) {
      assertEquals(
          new String(golden.readAllBytes(), StandardCharsets.UTF_8),
          text(NodeMetrics.of("1.2.3", SampleStatus.WORKER, Optional.of(SampleStatus.DNS))));
    }
  }

  @Test
  void saysNothingOfNamesThatAreNotServed() throws IOException {
    assertFalse(
        text(NodeMetrics.of("1", SampleStatus.WORKER, Optional.empty())).contains("zlayer_dns"));
  }

  @Test
  void keysAndEndpointsStayAtHome() throws IOException {
    String text = text(NodeMetrics.of("1", SampleStatus.WORKER, Optional.of(SampleStatus.DNS)));
    assertTrue(text.contains("peer=\"web\""), text);
    assertFalse(text.contains(SampleKeys.publicKey(1).toBase64()), text);
    assertFalse(text.contains("192.0.2."), text);
  }
}
