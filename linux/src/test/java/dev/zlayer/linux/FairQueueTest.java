package dev.zlayer.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private static final int SLOTS = 64;
  private static final long BULK = 1;
  private static final long OTHER_BULK = 2;
  private static final long SPARSE = 3;
  private static final int LONG_PACKET = 65_000;
  private static final int SHORT_PACKET = 100;

  private final FairQueue queue = new FairQueue(SLOTS, 0x9e37_79b9_7f4a_7c15L);

  @Test
  void isEmptyToBeginWith() {
    assertEquals(FairQueue.NONE, queue.next(0));
  }

  @Test
  void keepsTheOrderOfAFlow() {
    for (int slot = SLOTS - 1; slot >= 0; slot--) {
      queue.add(slot, BULK, LONG_PACKET, 0);
    }
    for (int slot = SLOTS - 1; slot >= 0; slot--) {
      assertEquals(slot, queue.next(0));
    }
    assertEquals(FairQueue.NONE, queue.next(0));
  }

  @Test
  void letsAFlowWithFewPacketsPass() {
    for (int slot = 0; slot < 10; slot++) {
      queue.add(slot, BULK, LONG_PACKET, 0);
    }
    assertEquals(0, queue.next(0));
    queue.add(20, SPARSE, SHORT_PACKET, 0);
    assertEquals(20, queue.next(0));
    assertEquals(1, queue.next(0));
  }

  @Test
  void nobodyForeseesWhichFlowsMeet() {
    List<Long> meeting =
        LongStream.range(2, 50_000).filter(flow -> meets(queue, BULK, flow)).boxed().toList();
    assertTrue(meeting.size() > 20, meeting::toString);
    FairQueue other = new FairQueue(SLOTS, 0x5851_f42d_4c95_7f2dL);
    long again = meeting.stream().filter(flow -> meets(other, BULK, flow)).count();
    assertTrue(again < meeting.size() / 4, again + " of " + meeting.size());
  }

  /** Whether a packet of the one flow waits for all of the other. */
  private static boolean meets(FairQueue queue, long bulk, long sparse) {
    queue.add(0, bulk, LONG_PACKET, 0);
    queue.add(1, bulk, LONG_PACKET, 0);
    assertEquals(0, queue.next(0));
    queue.add(2, sparse, SHORT_PACKET, 0);
    boolean waits = queue.next(0) != 2;
    while (queue.next(0) != FairQueue.NONE) {}
    return waits;
  }

  @Test
  void sharesByBytes() {
    for (int slot = 0; slot < 4; slot++) {
      queue.add(slot, BULK, LONG_PACKET, 0);
    }
    for (int slot = 4; slot < SLOTS; slot++) {
      queue.add(slot, OTHER_BULK, LONG_PACKET / 20, 0);
    }
    List<Integer> order = drain();
    // Three long packets of the one are as much as sixty short ones of the other.
    int third = order.indexOf(3);
    assertTrue(third > 40 && third < SLOTS, "the fourth long packet came at " + third);
  }

  @Test
  void aFlowThatComesAgainAndAgainIsNotAlwaysFirst() {
    queue.add(0, BULK, LONG_PACKET, 0);
    queue.add(1, BULK, LONG_PACKET, 0);
    assertEquals(0, queue.next(0));
    int passed = 0;
    queue.add(2, SPARSE, SHORT_PACKET, 0);
    while (queue.next(0) == 2) {
      queue.add(2, SPARSE, SHORT_PACKET, 0);
      passed++;
    }
    assertTrue(passed < 10 * LONG_PACKET / SHORT_PACKET, passed + " passed it");
  }

  @Test
  void signalsToTheFlowThatWaitsOnly() {
    int signals = 0;
    long now = 0;
    for (int round = 0; round < 400; round++) {
      now += 1_000_000;
      for (int slot = round == 0 ? 0 : 29; slot < 30; slot++) {
        queue.add((round + slot) % 60, BULK, LONG_PACKET, now);
      }
      queue.add(SLOTS - 1, SPARSE, SHORT_PACKET, now);
      boolean sawSparse = false;
      boolean sawBulk = false;
      while (!sawSparse || !sawBulk) {
        int slot = queue.next(now);
        if (slot == SLOTS - 1) {
          assertFalse(queue.signals());
          sawSparse = true;
        } else {
          sawBulk = true;
          signals += queue.signals() ? 1 : 0;
        }
      }
    }
    assertTrue(signals > 0);
  }

  @Test
  void givesEachPacketOnceAndEachFlowInOrder() {
    Random random = new Random(7);
    Map<Long, Queue<Integer>> expected = new HashMap<>();
    Map<Integer, Long> flows = new HashMap<>();
    for (int step = 0; step < 100_000; step++) {
      int slot = random.nextInt(SLOTS);
      if (random.nextBoolean() && !flows.containsKey(slot)) {
        long flow = random.nextInt(5);
        queue.add(slot, flow, random.nextInt(LONG_PACKET), step);
        flows.put(slot, flow);
        expected.computeIfAbsent(flow, key -> new ArrayDeque<>()).add(slot);
      } else if (random.nextBoolean()) {
        int next = queue.next(step);
        assertEquals(flows.isEmpty(), next == FairQueue.NONE);
        if (next != FairQueue.NONE) {
          assertEquals(expected.get(flows.remove(next)).remove(), next);
        }
      }
    }
  }

  private List<Integer> drain() {
    List<Integer> order = new ArrayList<>();
    for (int slot = queue.next(0); slot != FairQueue.NONE; slot = queue.next(0)) {
      order.add(slot);
    }
    return order;
  }
}
