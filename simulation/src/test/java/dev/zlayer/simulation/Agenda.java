package dev.zlayer.simulation;

import java.util.PriorityQueue;

/** What is to be done when; things that are due at once are done in the order they came. */
final class Agenda {
  private record Entry(long atNanos, long order, Runnable step) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>((a, b) ->
          a.atNanos() != b.atNanos()
              ? Long.compare(a.atNanos(), b.atNanos())
              : Long.compare(a.order(), b.order()));
  private long order;

  void add(long atNanos, Runnable step) {
    entries.add(new Entry(atNanos, order++, step));
  }

  /** When the next thing is due; {@link Long#MAX_VALUE} if there is none. */
  long nextNanos() {
    return entries.isEmpty() ? Long.MAX_VALUE : entries.peek().atNanos();
  }

  void runNext() {
    entries.remove().step().run();
  }
}
