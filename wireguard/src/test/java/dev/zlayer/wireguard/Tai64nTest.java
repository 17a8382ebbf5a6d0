package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Tai64nTest {
  @Test
  void countsFromTheTaiEpoch() {
    assertEquals(
        "400000000000000a00000000", HexFormat.of().formatHex(Tai64n.of(Instant.EPOCH).toBytes()));
  }

  @Test
  void whitensToSixteenMilliseconds() {
    Instant second = Instant.ofEpochSecond(1_000_000);
    assertEquals(Tai64n.of(second), Tai64n.of(second.plusNanos((1 << 24) - 1)));
    assertTrue(Tai64n.of(second).compareTo(Tai64n.of(second.plusNanos(1 << 24))) < 0);
  }

  @Test
  void growsEvenIfTheClockStandsStill() {
    Tai64n now = Tai64n.of(Instant.ofEpochSecond(99, 999_999_999));
    assertTrue(now.next().compareTo(now) > 0);
    assertTrue(now.next().next().compareTo(now.next()) > 0);
  }

  @Test
  void everyRealTimeIsLaterThanTheEarliest() {
    assertTrue(Tai64n.of(Instant.EPOCH).compareTo(Tai64n.EARLIEST) > 0);
  }
}
