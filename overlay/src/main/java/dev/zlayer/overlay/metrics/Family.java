package dev.zlayer.overlay.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/** Metrics of one name, with a value for each of what they are labelled by. */
final class Family {
  private Family() {}

  /** A value and what it is of. */
  record Sample(Labels labels, double value) {
    static Stream<Sample> of(long count) {
      return of((double) count);
    }

    static Stream<Sample> of(double value) {
      return Stream.of(new Sample(Labels.EMPTY, value));
    }
  }

  /** What goes up and down. */
  static MetricSnapshot gauge(String name, String help, Stream<Sample> samples) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    samples.forEach(sample ->
        gauge.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(sample.labels())
                .value(sample.value())
                .build()));
    return gauge.build();
  }

  /**
   * What only goes up while a node runs.
   *
   * @param name without {@code _total}, which is put after it
   */
  static MetricSnapshot counter(String name, String help, Stream<Sample> samples) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    samples.forEach(sample ->
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(sample.labels())
                .value(sample.value())
                .build()));
    return counter.build();
  }

  /**
   * What is said by labels alone; the value is always 1.
   *
   * @param name without {@code _info}, which is put after it
   */
  static MetricSnapshot info(String name, String help, Stream<Labels> labels) {
    InfoSnapshot.Builder info = InfoSnapshot.builder().name(name).help(help);
    labels.forEach(said -> info.dataPoint(InfoDataPointSnapshot.builder().labels(said).build()));
    return info.build();
  }

  static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  static double flag(boolean value) {
    return value ? 1 : 0;
  }
}
