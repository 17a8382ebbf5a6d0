package dev.zlayer.testkit;

import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A network under virtual time that delays, loses, doubles, reorders and parts what is sent, all of
 * it from one source of chance. What is sent is somebody else's business. Not thread safe.
 */
public class FaultyWire<T> {
  /** How long a message takes at least. */
  public long minDelayNanos = 1_000_000;

  /** How much longer it may take; with it, messages overtake each other. */
  public long jitterNanos;

  /** The probability that a message is lost. */
  public double loss;

  /** The probability that it comes twice. */
  public double duplication;

  /** What can't get through. */
  public Predicate<T> cut = _ -> false;

  public final VirtualClock clock;
  public final Random random;

  private record Arrival<T>(long atNanos, long order, T message) {}

  private final PriorityQueue<Arrival<T>> underWay =
      new PriorityQueue<>((a, b) ->
          a.atNanos() != b.atNanos()
              ? Long.compare(a.atNanos(), b.atNanos())
              : Long.compare(a.order(), b.order()));
  private long order;

  public FaultyWire(VirtualClock clock, Random random) {
    this.clock = clock;
    this.random = random;
  }

  /** Sends a message, which arrives once, twice or not at all. */
  public void transmit(T message) {
    if (cut.test(message) || random.nextDouble() < loss) {
      return;
    }
    schedule(message);
    if (random.nextDouble() < duplication) {
      schedule(message);
    }
  }

  /** Has a message arrive once. */
  public final void schedule(T message) {
    long delay = minDelayNanos + (jitterNanos == 0 ? 0 : random.nextLong(jitterNanos));
    underWay.add(new Arrival<>(clock.nanos() + delay, order++, message));
  }

  /** When the next message arrives; {@link Long#MAX_VALUE} if none is under way. */
  public final long nextArrivalNanos() {
    return underWay.isEmpty() ? Long.MAX_VALUE : underWay.peek().atNanos();
  }

  /** Whether a message has arrived that wasn't taken yet. */
  public final boolean hasArrived() {
    return nextArrivalNanos() <= clock.nanos();
  }

  /** The message that arrived first. */
  public final T take() {
    return underWay.remove().message();
  }
}
