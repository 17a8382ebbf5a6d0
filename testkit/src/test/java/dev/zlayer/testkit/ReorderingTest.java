package dev.zlayer.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReorderingTest {
  private static final List<Integer> SENT = IntStream.range(0, 1000).boxed().toList();

  private final List<Integer> received = new ArrayList<>();

  private Reordering<Integer> run(long seed) {
    Reordering<Integer> reordering = new Reordering<>(seed, received::add);
    SENT.forEach(reordering::offer);
    reordering.flush();
    return reordering;
  }

  @Test
  void losesNothingAndLetsSomeOvertakeOthers() {
    Reordering<Integer> reordering = run(1);
    assertNotEquals(SENT, received);
    assertEquals(SENT, received.stream().sorted().toList());
    assertTrue(reordering.overtaken() > 50, reordering.overtaken() + " were overtaken");
    assertFalse(reordering.isHoldingBack());
  }

  @Test
  void movesNoMessageFar() {
    run(2);
    for (int i = 0; i < received.size(); i++) {
      int distance = Math.abs(received.get(i) - i);
      assertTrue(distance < 30, received.get(i) + " came as number " + i);
    }
  }

  @Test
  void isRepeatedByItsSeed() {
    run(3);
    List<Integer> first = List.copyOf(received);
    received.clear();
    run(3);
    assertEquals(first, received);
  }
}
