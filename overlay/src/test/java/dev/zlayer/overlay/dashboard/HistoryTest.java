package dev.zlayer.overlay.dashboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.crypto.PublicKey;
import dev.zlayer.overlay.NodeStatus;
import dev.zlayer.overlay.PeerConfig;
import dev.zlayer.overlay.SampleKeys;
import dev.zlayer.overlay.health.PeerHealth;
import dev.zlayer.overlay.health.PingStatistics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final PublicKey WEB = SampleKeys.publicKey(1);
  private static final PublicKey DB = SampleKeys.publicKey(2);
  private static final float NONE = Float.NaN;

  private final History history = new History(NOON);
  private Instant now = NOON;

  private static NodeStatus.Peer peer(
      PublicKey key, long received, long sent, Optional<Duration> ping) {
    return new NodeStatus.Peer(
        new PeerConfig(
            "peer",
            key,
            Optional.empty(),
            Optional.empty(),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        Optional.empty(),
        Optional.empty(),
        0,
        received,
        sent,
        0,
        0,
        Map.of(),
        Optional.of(
            new PeerHealth(
                key,
                Optional.empty(),
                true,
                Optional.of(NOON),
                Optional.empty(),
                ping,
                0,
                PingStatistics.NONE)));
  }

  private static NodeStatus.Peer peer(PublicKey key, long received, long sent) {
    return peer(key, received, sent, Optional.of(Duration.ofNanos(1_500_000)));
  }

  private void look(Duration later, NodeStatus.Peer... peers) {
    now = now.plus(later);
    history.sample(now, List.of(peers));
  }

  private void look(NodeStatus.Peer... peers) {
    look(History.STEP, peers);
  }

  @Test
  void aRateIsWhatWasCountedInTheTimeThatPassed() {
    look(peer(WEB, 5_000, 100));
    look(peer(WEB, 25_000, 100));
    look(Duration.ofSeconds(12), peer(WEB, 37_000, 1_300));
    Track track = history.of(WEB);
    assertEquals(now, track.end());
    assertArrayEquals(new float[] {NONE, 2_000, 1_000}, track.receiveRate());
    assertArrayEquals(new float[] {NONE, 0, 100}, track.sendRate());
    assertArrayEquals(new float[] {1.5f, 1.5f, 1.5f}, track.rttMillis());
    assertEquals(1_000, history.receiveRate(WEB));
    assertEquals(100, history.sendRate(WEB));
  }

  @Test
  void aPingThatWasNotAnsweredHasNoRoundTrip() {
    look(peer(WEB, 0, 0));
    look(peer(WEB, 0, 0, Optional.empty()));
    assertArrayEquals(new float[] {1.5f, NONE}, history.of(WEB).rttMillis());
  }

  @Test
  void countersThatBeganAnewMakeNoNegativeRate() {
    look(peer(WEB, 50_000, 50_000));
    look(peer(WEB, 100, 100));
    assertEquals(10, history.receiveRate(WEB));
  }

  @Test
  void thePeersTogetherAreTheSumOfWhatIsKnown() {
    look(peer(WEB, 0, 0));
    look(peer(WEB, 1_000, 10), peer(DB, 1 << 30, 1 << 30));
    look(peer(WEB, 2_000, 20), peer(DB, (1 << 30) + 500, 1 << 30));
    look(peer(DB, (1 << 30) + 1_000, 1 << 30));
    Track total = history.total();
    assertArrayEquals(new float[] {0, 100, 150, 50}, total.receiveRate());
    assertArrayEquals(new float[] {0, 1, 1, 0}, total.sendRate());
    assertEquals(0, total.rttMillis().length);
  }

  @Test
  void followsPeersThatComeAndForgetsThoseThatGo() {
    look(peer(WEB, 0, 0));
    look(peer(WEB, 0, 0), peer(DB, 0, 0));
    assertEquals(1, history.of(DB).receiveRate().length);
    look(peer(DB, 0, 0));
    assertEquals(0, history.of(WEB).receiveRate().length);
    assertEquals(NONE, history.receiveRate(WEB));
    look(peer(WEB, 7_000, 7_000), peer(DB, 0, 0));
    assertArrayEquals(new float[] {NONE}, history.of(WEB).receiveRate());
  }

  @Test
  void stepsWithoutALookAreUnknownAndKeepTheirPlace() {
    look(peer(WEB, 0, 0));
    look(History.STEP.multipliedBy(3), peer(WEB, 3_000, 0));
    assertArrayEquals(new float[] {NONE, NONE, NONE, 100}, history.of(WEB).receiveRate());
    assertEquals(4, history.total().receiveRate().length);
  }

  @Test
  void keepsTheLastHalfHour() {
    for (int i = 1; i <= History.POINTS + 7; i++) {
      look(peer(WEB, 10L * i * i, 0));
    }
    float[] rates = history.of(WEB).receiveRate();
    assertEquals(Duration.ofMinutes(30), History.STEP.multipliedBy(rates.length));
    assertEquals(2 * 8 - 1, rates[0]);
    assertEquals(2 * (History.POINTS + 7) - 1, rates[rates.length - 1]);
    look(Duration.ofDays(20), peer(WEB, 0, 0));
    assertEquals(History.POINTS, history.of(WEB).receiveRate().length);
  }

  @Test
  void aClockThatIsSetBackDoesNoHarm() {
    look(peer(WEB, 0, 0));
    look(Duration.ofHours(-5), peer(WEB, 1_000, 0));
    look(peer(WEB, 2_000, 0));
    assertArrayEquals(new float[] {NONE, NONE, 100}, history.of(WEB).receiveRate());
  }

  @Test
  void remembersTheLastChanges() {
    look(peer(WEB, 0, 0));
    IntStream.range(0, LinkHistory.MAX_CHANGES + 2)
        .forEach(i -> history.changed(WEB, NOON.plusSeconds(i), i % 2 == 0));
    List<LinkHistory.Change> changes = history.of(WEB).changes();
    assertEquals(LinkHistory.MAX_CHANGES, changes.size());
    assertEquals(new LinkHistory.Change(NOON.plusSeconds(2), true), changes.getFirst());
  }
}
