package dev.zlayer.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private static final long LATEST = Deadlines.NEVER - 1;

  /** Has one deadline, and an entry that may stand before it. */
  private static final class Task extends Deadlines.Entry {
    volatile long deadline = Deadlines.NEVER;
  }

  private final Deadlines<Task> deadlines = new Deadlines<>();

  private Task task(long nanos) {
    Task task = new Task();
    deadlines.pullForward(task, nanos);
    return task;
  }

  @Test
  void areNeverForNobody() {
    assertEquals(Deadlines.NEVER, deadlines.earliestNanos());
    assertNull(deadlines.takeDue(LATEST));
  }

  @Test
  void comeUpInTheirOrder() {
    Task third = task(30);
    Task first = task(10);
    Task second = task(20);
    assertEquals(10, deadlines.earliestNanos());
    assertNull(deadlines.takeDue(9));
    assertSame(first, deadlines.takeDue(10));
    assertNull(deadlines.takeDue(19));
    assertSame(second, deadlines.takeDue(30));
    assertSame(third, deadlines.takeDue(30));
    assertNull(deadlines.takeDue(LATEST));
    assertEquals(Deadlines.NEVER, deadlines.earliestNanos());
  }

  @Test
  void arePulledForwardButNotPutOff() {
    Task other = task(15);
    Task task = task(20);
    deadlines.pullForward(task, 30);
    assertSame(other, deadlines.takeDue(LATEST));
    assertEquals(20, deadlines.earliestNanos());
    deadlines.pullForward(task, 10);
    assertEquals(10, deadlines.earliestNanos());
    assertEquals(1, deadlines.size());
  }

  @Test
  void areSetAnewAfterTheyCameUp() {
    Task task = task(10);
    assertSame(task, deadlines.takeDue(10));
    deadlines.pullForward(task, 25);
    assertEquals(25, deadlines.earliestNanos());
    assertSame(task, deadlines.takeDue(25));
  }

  @Test
  void areNotSetByWhatNeverComes() {
    task(Deadlines.NEVER);
    assertEquals(0, deadlines.size());
    Task last = task(LATEST);
    assertNull(deadlines.takeDue(LATEST - 1));
    assertSame(last, deadlines.takeDue(LATEST));
  }

  @Test
  void includeTheStartOfTime() {
    Task task = task(0);
    assertSame(task, deadlines.takeDue(0));
  }

  @Test
  void leaveNothingOfWhatWasRemoved() {
    Task unset = new Task();
    Task task = task(10);
    Task other = task(20);
    deadlines.remove(task);
    deadlines.remove(task);
    deadlines.remove(unset);
    assertEquals(20, deadlines.earliestNanos());
    deadlines.pullForward(task, 5);
    deadlines.pullForward(unset, 0);
    assertEquals(1, deadlines.size());
    assertSame(other, deadlines.takeDue(LATEST));
    assertNull(deadlines.takeDue(LATEST));
  }

  @Test
  void comeUpAllAtOnce() {
    List<Task> tasks = IntStream.range(0, 1000).mapToObj(_ -> task(7)).toList();
    List<Task> taken =
        Stream.generate(() -> deadlines.takeDue(7)).takeWhile(task -> task != null).toList();
    assertEquals(1000, taken.size());
    assertTrue(taken.containsAll(tasks));
  }

  /** Beside a sorted map that holds the same. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void areThoseOfASortedMap(long seed) {
    Random random = new Random(seed);
    TreeMap<Long, Task> model = new TreeMap<>();
    List<Task> tasks = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      long nanos = (random.nextLong() >>> 1) % LATEST;
      switch (random.nextInt(4)) {
        case 0 -> {
          tasks.add(task(nanos));
          model.put(nanos, tasks.getLast());
        }
        case 1 -> {
          if (!tasks.isEmpty()) {
            Task task = tasks.get(random.nextInt(tasks.size()));
            if (nanos < task.comesUpNanos) {
              model.remove(task.comesUpNanos);
              model.put(nanos, task);
            }
            deadlines.pullForward(task, nanos);
          }
        }
        case 2 -> {
          if (!tasks.isEmpty()) {
            Task task = tasks.remove(random.nextInt(tasks.size()));
            model.remove(task.comesUpNanos);
            deadlines.remove(task);
          }
        }
        default -> {
          if (!model.isEmpty()) {
            Task first = model.pollFirstEntry().getValue();
            assertNull(deadlines.takeDue(first.comesUpNanos - 1), "seed " + seed);
            assertSame(first, deadlines.takeDue(first.comesUpNanos), "seed " + seed);
          }
        }
      }
      long earliest = model.isEmpty() ? Deadlines.NEVER : model.firstKey();
      assertEquals(earliest, deadlines.earliestNanos(), "seed " + seed);
      assertEquals(model.size(), deadlines.size(), "seed " + seed);
    }
  }

  @Test
  void loseNoneThatIsSetWhileOthersAreTaken() throws InterruptedException {
    List<Task> tasks = Stream.generate(Task::new).limit(50).toList();
    List<Thread> setters = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Random random = new Random(i);
      List<Task> own = tasks.subList(25 * i, 25 * (i + 1));
      setters.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int step = 0; step < 100_000; step++) {
                  Task task = own.get(random.nextInt(own.size()));
                  task.deadline = random.nextInt(1_000_000);
                  deadlines.pullForward(task, task.deadline);
                }
              }));
    }
    while (setters.stream().anyMatch(Thread::isAlive)) {
      Task task = deadlines.takeDue(500_000);
      if (task != null) {
        deadlines.pullForward(task, Math.max(task.deadline, 500_001));
      }
    }
    for (Thread setter : setters) {
      setter.join();
    }
    assertEquals(tasks.size(), deadlines.size());
    for (Task task : tasks) {
      assertTrue(task.comesUpNanos <= Math.max(task.deadline, 500_001));
    }
    for (int i = 0; i < tasks.size(); i++) {
      assertNotNull(deadlines.takeDue(LATEST));
    }
  }
}
