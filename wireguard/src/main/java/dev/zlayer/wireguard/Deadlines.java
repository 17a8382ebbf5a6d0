package dev.zlayer.wireguard;

import java.util.ArrayList;
import java.util.List;

/**
 * Who has something to do when, the earliest first: a binary heap. An entry may stand at an earlier
 * time than its deadline, never at a later one. A deadline that moves away with every packet leaves
 * its entry where it is, which costs a comparison; the entry comes up early then, and is set anew.
 *
 * <p>Thread safe: the monitor guards the heap, for no longer than it takes to move one entry.
 */
final class Deadlines<T extends Deadlines.Entry> {
  /** Later than every time there is: a deadline that isn't set. */
  static final long NEVER = Long.MAX_VALUE;

  /** Earlier than every time there is, so that nothing pulls a removed entry forward. */
  private static final long REMOVED = Long.MIN_VALUE;

  /** One who has deadlines. Its fields are written under the monitor. */
  abstract static class Entry {
    volatile long comesUpNanos = NEVER;
    int place;
  }

  private final List<T> heap = new ArrayList<>();
  private volatile long earliestNanos = NEVER;

  /** When an entry comes up next, or {@link #NEVER}. */
  long earliestNanos() {
    return earliestNanos;
  }

  /** How many entries will come up. */
  synchronized int size() {
    return heap.size();
  }

  /** Sees to it that {@code entry} comes up at {@code nanos} at the latest. */
  void pullForward(T entry, long nanos) {
    if (nanos < entry.comesUpNanos) {
      set(entry, nanos);
    }
  }

  private synchronized void set(T entry, long nanos) {
    long former = entry.comesUpNanos;
    if (nanos >= former) {
      return; // somebody else was faster
    }
    if (former == NEVER) {
      entry.place = heap.size();
      heap.add(entry);
    }
    entry.comesUpNanos = nanos;
    rise(entry);
    noteEarliest();
  }

  /**
   * Takes out the first entry, if its time has come, or returns null. Whoever calls it looks at all
   * deadlines of the entry afterwards, and pulls it forward again.
   */
  synchronized T takeDue(long nowNanos) {
    if (heap.isEmpty() || heap.getFirst().comesUpNanos > nowNanos) {
      return null;
    }
    T first = heap.getFirst();
    takeOut(first);
    first.comesUpNanos = NEVER;
    return first;
  }

  /** Takes out an entry for good: it never comes up again. */
  synchronized void remove(T entry) {
    if (entry.comesUpNanos != NEVER && entry.comesUpNanos != REMOVED) {
      takeOut(entry);
    }
    entry.comesUpNanos = REMOVED;
  }

  private void takeOut(T entry) {
    T last = heap.removeLast();
    if (entry.place < heap.size()) {
      put(last, entry.place);
      sink(last);
      rise(last);
    }
    noteEarliest();
  }

  /** Exchanges the entry with those above it that come up later. */
  private void rise(T entry) {
    while (entry.place > 0) {
      T above = heap.get((entry.place - 1) / 2);
      if (above.comesUpNanos <= entry.comesUpNanos) {
        break;
      }
      exchange(entry, above);
    }
  }

  /** Exchanges the entry with those below it that come up earlier. */
  private void sink(T entry) {
    while (2 * entry.place + 1 < heap.size()) {
      T below = earlierBelow(entry.place);
      if (entry.comesUpNanos <= below.comesUpNanos) {
        break;
      }
      exchange(entry, below);
    }
  }

  private T earlierBelow(int place) {
    T left = heap.get(2 * place + 1);
    if (2 * place + 2 == heap.size()) {
      return left;
    }
    T right = heap.get(2 * place + 2);
    return right.comesUpNanos < left.comesUpNanos ? right : left;
  }

  private void exchange(T one, T other) {
    int place = one.place;
    put(one, other.place);
    put(other, place);
  }

  private void put(T entry, int place) {
    heap.set(place, entry);
    entry.place = place;
  }

  private void noteEarliest() {
    earliestNanos = heap.isEmpty() ? NEVER : heap.getFirst().comesUpNanos;
  }
}
