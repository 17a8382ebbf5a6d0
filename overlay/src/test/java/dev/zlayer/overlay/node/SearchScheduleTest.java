package dev.zlayer.overlay.node;

import static dev.zlayer.overlay.SampleKeys.publicKey;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zlayer.memory.Endpoint;
import dev.zlayer.wireguard.PeerSettings;
import dev.zlayer.wireguard.PeerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SearchScheduleTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final PeerSettings PLACED =
      PeerSettings.of(publicKey(1))
          .withPersistentKeepalive(25)
          .withEndpoint(Endpoint.parse("192.0.2.1:1"));

  private final SearchSchedule schedule = new SearchSchedule();

  @Test
  void leavesAPeerAloneThatAnswers() {
    PeerStatus answering = status(PLACED, Optional.of(NOON));
    for (int seconds = 0; seconds < 190; seconds += 5) {
      assertNoPlace(answering, seconds);
    }
  }

  @Test
  void leavesTheFirstAttemptToWireGuardThenGoesFromPlaceToPlace() {
    PeerStatus silent = status(PLACED, Optional.empty());
    assertNoPlace(silent, 0);
    assertNoPlace(silent, 9);
    assertPlace(1, silent, 10);
    assertNoPlace(silent, 19);
    assertPlace(2, silent, 20);
    assertPlace(3, silent, 40);
  }

  @Test
  void beginsAtOnceWithAPeerThatHasNoEndpoint() {
    PeerStatus unplaced = status(PeerSettings.of(publicKey(1)), Optional.empty());
    assertPlace(0, unplaced, 0);
    assertNoPlace(unplaced, 5);
    assertPlace(1, unplaced, 10);
  }

  @Test
  void looksForAPeerWhoseSessionHasEnded() {
    PeerStatus silent = status(PLACED, Optional.of(NOON));
    assertNoPlace(silent, 190);
    assertNoPlace(silent, 191);
    assertPlace(1, silent, 201);
  }

  @Test
  void silenceOfAPeerWithoutKeepaliveIsNoLoss() {
    PeerStatus idle = status(PLACED.withPersistentKeepalive(0), Optional.of(NOON));
    assertNoPlace(idle, 100_000);
    assertNoPlace(idle, 200_000);
  }

  @Test
  void beginsAnewAfterAnAnswer() {
    PeerStatus silent = status(PLACED, Optional.empty());
    assertNoPlace(silent, 0);
    assertPlace(1, silent, 10);
    assertNoPlace(status(PLACED, Optional.of(NOON.plusSeconds(11))), 12);
    PeerStatus silentAgain = status(PLACED, Optional.of(NOON.plusSeconds(11)));
    assertNoPlace(silentAgain, 300);
    assertPlace(1, silentAgain, 310);
  }

  @Test
  void forgetsAPeerThatIsNoneAnyMore() {
    PeerStatus silent = status(PLACED, Optional.empty());
    assertNoPlace(silent, 0);
    schedule.retain(List.of(publicKey(2)));
    assertNoPlace(silent, 10);
    schedule.retain(List.of(publicKey(1)));
    assertPlace(1, silent, 20);
  }

  private void assertPlace(int place, PeerStatus peer, long seconds) {
    assertEquals(OptionalInt.of(place), schedule.nextPlace(peer, NOON.plusSeconds(seconds)));
  }

  private void assertNoPlace(PeerStatus peer, long seconds) {
    assertEquals(
        OptionalInt.empty(), schedule.nextPlace(peer, NOON.plus(Duration.ofSeconds(seconds))));
  }

  private static PeerStatus status(PeerSettings settings, Optional<Instant> lastHandshake) {
    return new PeerStatus(settings, lastHandshake, 0, 0, 0, 0, 0, Map.of());
  }
}
