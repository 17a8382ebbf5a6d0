package dev.zlayer.overlay.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zlayer.overlay.SampleKeys;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerWatchTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Optional<Duration> QUICK = Optional.of(Duration.ofMillis(3));
  private static final List<Optional<Duration>> ANSWERED = List.of(QUICK);
  private static final List<Optional<Duration>> UNANSWERED =
      List.of(Optional.empty(), Optional.empty());

  private PeerWatch watch = new PeerWatch(HealthThresholds.DEFAULT, 0);
  private final List<Boolean> verdicts = new ArrayList<>();
  private Instant now = NOON;
  private Optional<Instant> handshake = Optional.of(NOON);
  private long received;

  private PeerSample sample() {
    return new PeerSample(
        SampleKeys.publicKey(1),
        Optional.of(InetAddress.ofLiteral("10.200.0.2")),
        handshake,
        received);
  }

  /** The next check; {@code answers} says whether a probe is answered, if one is due. */
  private void check(boolean answers) {
    now = now.plus(INTERVAL);
    boolean changed;
    if (watch.probeDue(sample(), now)) {
      received += answers ? 128 : 0;
      changed = watch.judgeProbed(sample(), answers ? ANSWERED : UNANSWERED, now);
    } else {
      changed = watch.judge(sample(), now);
    }
    if (changed) {
      verdicts.add(watch.health(sample(), now).healthy());
    }
  }

  @Test
  void hasNoVerdictBeforeEnoughChecks() {
    assertFalse(watch.judged());
    check(false);
    assertFalse(watch.judged());
    check(false);
    assertTrue(watch.judged());
    assertEquals(List.of(false), verdicts);
  }

  @Test
  void isUpAfterOneGoodCheckAndDownAfterTwoFailedOnes() {
    check(true);
    assertEquals(List.of(true), verdicts);
    check(false);
    assertEquals(1, watch.health(sample(), now).failureCount());
    assertEquals(List.of(true), verdicts);
    check(false);
    check(false);
    assertEquals(List.of(true, false), verdicts);
    check(true);
    assertEquals(List.of(true, false, true), verdicts);
    assertEquals(0, watch.health(sample(), now).failureCount());
  }

  @Test
  void remembersWhenTheVerdictCameAbout() {
    assertEquals(Optional.empty(), watch.health(sample(), now).since());
    check(true);
    Instant up = now;
    check(true);
    check(false);
    assertEquals(Optional.of(up), watch.health(sample(), now).since());
    check(false);
    Instant down = now;
    check(false);
    assertEquals(Optional.of(down), watch.health(sample(), now).since());
  }

  @Test
  void waitsForAsManyChecksAsItIsTold() {
    watch = new PeerWatch(new HealthThresholds(3, 2, Duration.ofMinutes(3)), 0);
    check(true);
    assertEquals(List.of(), verdicts);
    check(true);
    assertEquals(List.of(true), verdicts);
    check(false);
    check(false);
    check(true);
    check(false);
    check(false);
    assertEquals(List.of(true), verdicts);
    check(false);
    check(true);
    assertEquals(List.of(true, false), verdicts);
    check(true);
    assertEquals(List.of(true, false, true), verdicts);
  }

  @Test
  void tellsOfAPeerThatNeverAnswered() {
    handshake = Optional.empty();
    check(false);
    assertEquals(List.of(), verdicts);
    check(false);
    check(false);
    assertEquals(List.of(false), verdicts);
  }

  @Test
  void needsNoProbeWhereBytesCame() {
    check(true);
    received += 5000;
    assertFalse(watch.probeDue(sample(), now));
    assertFalse(watch.judge(sample(), now));
    assertTrue(watch.health(sample(), now).healthy());
    assertTrue(watch.health(sample(), now).lastPing().isEmpty());
  }

  @Test
  void probesWhereTheHandshakeIsTooOldForTheBytesToBeFresh() {
    received += 5000;
    now = NOON.plus(Duration.ofMinutes(10));
    assertTrue(watch.probeDue(sample(), now));
  }

  /** They are genuine, but a peer that doesn't hear us sends them for ever. */
  @Test
  void initiationsAloneProveNothing() {
    check(true);
    for (int i = 1; i <= 2; i++) {
      received += 148L * i;
      assertTrue(watch.probeDue(sample(), now));
      assertEquals(i == 2, watch.judgeProbed(sample(), UNANSWERED, now));
    }
    received += 148 + 32;
    assertFalse(watch.probeDue(sample(), now));
  }

  @Test
  void doesNotTrustAYoungHandshake() {
    check(true);
    handshake = Optional.of(now);
    check(false);
    check(false);
    assertEquals(List.of(true, false), verdicts);
  }

  @Test
  void keepsAnIdlePeerUpForAnHour() {
    for (int i = 0; i < 360; i++) {
      check(true);
    }
    assertEquals(List.of(true), verdicts);
    assertEquals(Optional.of(Duration.ofHours(1)), watch.health(sample(), now).handshakeAge());
  }

  @Test
  void doesNotFlapWhereEveryOtherCheckFails() {
    for (int i = 0; i < 100; i++) {
      check(i % 2 == 0);
    }
    assertEquals(List.of(true), verdicts);
  }

  @Test
  void takesFewerBytesThanBeforeForAPeerThatWasMadeAnew() {
    received = 10_000;
    watch.judge(sample(), now);
    received = 100;
    assertFalse(watch.probeDue(sample(), now));
  }

  @Test
  void keepsStatisticsOfTheLastTwentyEchoes() {
    watch.judgeProbed(sample(), List.of(Optional.empty(), Optional.of(Duration.ofMillis(9))), now);
    for (int i = 0; i < 18; i++) {
      watch.judgeProbed(sample(), ANSWERED, now);
    }
    PingStatistics pings = watch.health(sample(), now).pings();
    assertEquals(20, pings.sent());
    assertEquals(0.05, pings.loss(), 1e-9);
    assertEquals(QUICK, pings.min());
    assertEquals(Optional.of(Duration.ofMillis(9)), pings.max());
    assertEquals(Optional.of(Duration.ofMillis(9 + 18 * 3).dividedBy(19)), pings.mean());
    watch.judgeProbed(sample(), ANSWERED, now);
    assertEquals(0, watch.health(sample(), now).pings().loss());
  }
}
