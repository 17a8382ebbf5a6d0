package dev.zlayer.overlay.metrics;

import static dev.zlayer.overlay.SampleKeys.presharedKey;
import static dev.zlayer.overlay.SampleKeys.publicKey;

import dev.zlayer.memory.IpText;
import dev.zlayer.overlay.MapStatus;
import dev.zlayer.overlay.NameResolution;
import dev.zlayer.overlay.NodeDescription;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.condition.Condition;
import dev.zlayer.overlay.condition.ConditionCode;
import dev.zlayer.overlay.dns.DnsLatency;
import dev.zlayer.overlay.dns.DnsResult;
import dev.zlayer.overlay.dns.DnsStatistics;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import dev.zlayer.wireguard.Cidr;
import dev.zlayer.wireguard.DropReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker with a peer that is up, one that is down, and one of which nothing is known yet. */
public final class SampleStatus {
  public static final DnsStatistics DNS =
      new DnsStatistics(
          11,
          12,
          13,
          14,
          15,
          16,
          17,
          Map.of(DnsResult.NOERROR, 20L, DnsResult.NXDOMAIN, 3L),
          latency(19, Duration.ofMillis(2)),
          latency(4, Duration.ofMillis(900)));

  public static final NodeStatus WORKER =
      new NodeStatus(
          new NodeDescription(
              false,
              publicKey(100),
              IpText.parse("10.200.0.5"),
              Cidr.parse("10.200.0.0/16"),
              Optional.empty(),
              "zl7",
              51820,
              Optional.empty(),
              Path.of("/var/lib/zlayer")),
          4711,
          Instant.parse("2026-06-01T11:00:00Z"),
          1420,
          Path.of("/var/run/wireguard/zl7.sock"),
          "libcrypto \"3\"",
          List.of(
              new NodeStatus.Peer(
                  peer("leader", 1),
                  Optional.of("192.0.2.1:51820"),
                  Optional.of(Instant.parse("2026-06-01T12:00:00.500Z")),
                  9,
                  1L << 40,
                  1234,
                  1L << 30,
                  12,
                  Map.of(DropReason.REPLAYED, 4L),
                  Optional.of(health(1, true, 0, 20, 19))),
              new NodeStatus.Peer(
                  peer("web", 2),
                  Optional.of("192.0.2.2:51820"),
                  Optional.of(Instant.parse("2026-06-01T11:30:00Z")),
                  1,
                  5,
                  6,
                  3,
                  4,
                  Map.of(),
                  Optional.of(health(2, false, 7, 4, 0))),
              new NodeStatus.Peer(
                  peer("db", 3),
                  Optional.empty(),
                  Optional.empty(),
                  0,
                  0,
                  0,
                  0,
                  0,
                  Map.of(),
                  Optional.empty())),
          Map.of(DropReason.REPLAYED, 4L, DropReason.NO_ROUTE, 5L),
          Optional.of(
              new MapStatus(1, 7, Optional.of(Instant.parse("2026-06-01T12:00:01Z")), true)),
          NameResolution.LEFT_ALONE,
          Optional.empty(),
          List.of(
              new Condition(
                  ConditionCode.CLOCK_SKEW,
                  "the clocks differ by 7 s",
                  "set them",
                  Instant.parse("2026-06-01T12:00:01Z"))));

  private SampleStatus() {}

  /** So many answers that took up to 50 microseconds, and one above all bounds. */
  private static DnsLatency latency(long quick, Duration sum) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(DnsLatency.BOUNDS.size() + 1, 0L));
    counts.set(0, quick);
    counts.set(DnsLatency.BOUNDS.size(), 1L);
    return new DnsLatency(counts, sum);
  }

  private static PeerConfig peer(String nodeId, int number) {
    return new PeerConfig(
        nodeId,
        publicKey(number),
        Optional.empty(),
        Optional.of(IpText.parse("10.200.0." + number)),
        Duration.ZERO,
        Optional.of("www." + nodeId),
        Optional.of(presharedKey(number)),
        Optional.empty());
  }

  private static PeerHealth health(
      int number, boolean healthy, int failures, int sent, int answered) {
    Optional<Duration> ping = Optional.of(Duration.ofNanos(420_000)).filter(_ -> answered > 0);
    return new PeerHealth(
        publicKey(number),
        Optional.of(IpText.parse("10.200.0." + number)),
        healthy,
        Optional.of(Instant.parse("2026-06-01T11:45:00.250Z")),
        Optional.of(Duration.ofSeconds(7)),
        ping,
        failures,
        new PingStatistics(sent, answered, ping, ping, ping));
  }
}
