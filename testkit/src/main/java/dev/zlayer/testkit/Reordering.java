package dev.zlayer.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Has some messages of a stream overtaken by those behind them: one in {@value #RARITY}, by at most
 * {@value #MAX_OVERTAKING}. Nothing is lost. Pure; not thread safe.
 */
public final class Reordering<T> {
  private static final int RARITY = 8;
  private static final int MAX_OVERTAKING = 6;

  private static final class Held<T> {
    final T message;
    int toLetPass;

    Held(T message, int toLetPass) {
      this.message = message;
      this.toLetPass = toLetPass;
    }
  }

  private final Random random;
  private final Consumer<T> sink;
  private final List<Held<T>> held = new ArrayList<>();
  private long overtaken;

  /**
   * @param sink gets each message once
   */
  public Reordering(long seed, Consumer<T> sink) {
    this.random = new Random(seed);
    this.sink = sink;
  }

  /** Takes the next message; gives on what is no longer held back. */
  public void offer(T message) {
    if (random.nextInt(RARITY) == 0) {
      held.add(new Held<>(message, 1 + random.nextInt(MAX_OVERTAKING)));
      return;
    }
    sink.accept(message);
    held.forEach(each -> each.toLetPass--);
    overtaken += held.stream().filter(each -> each.toLetPass == 0).count();
    release(0);
  }

  /** Gives on all that is held back: for when nothing follows that could overtake it. */
  public void flush() {
    release(MAX_OVERTAKING);
  }

  private void release(int toLetPass) {
    for (int i = 0; i < held.size(); ) {
      if (held.get(i).toLetPass <= toLetPass) {
        sink.accept(held.remove(i).message);
      } else {
        i++;
      }
    }
  }

  public boolean isHoldingBack() {
    return !held.isEmpty();
  }

  /** Messages that as many others have overtaken as chance wanted. */
  public long overtaken() {
    return overtaken;
  }
}
