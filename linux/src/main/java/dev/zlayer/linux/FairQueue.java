package dev.zlayer.linux;

/**
 * Which of the packets that wait goes next. Each flow has a queue of its own: they take turns, so
 * that a flow with few packets never waits behind one with many, and the packets of a flow stay in
 * order. Where they wait too long all the same, {@link Codel} has one of them tell its sender.
 * FQ-CoDel (RFC 8290).
 *
 * <p>A packet is known by the slot that it lies in. Flows whose hashes meet share a queue. Pure;
 * not thread safe.
 */
final class FairQueue {
  /** No slot. */
  static final int NONE = -1;

  private static final int FLOW_BITS = 10;

  /** What a flow may send in its turn; it may overdraw by one packet, and waits for longer then. */
  private static final int TURN_BYTES = 8192;

  /** Odd, and known to nobody else: who could foresee which hashes meet could slow a flow down. */
  private final long factor;

  private final int[] behind;
  private final int[] bytes;
  private final long[] sinceNanos;

  /** Made when they are first met. */
  private final Flow[] flows = new Flow[1 << FLOW_BITS];

  /** Those that had nothing to send, and go first for one turn. */
  private final Round fresh = new Round();

  private final Round others = new Round();
  private boolean signals;

  /**
   * @param slots packets that it holds at most
   * @param salt random: it decides which flows share a queue
   */
  FairQueue(int slots, long salt) {
    factor = salt | 1;
    behind = new int[slots];
    bytes = new int[slots];
    sinceNanos = new long[slots];
  }

  /** The packets of a flow, and its place in the round that it is in, if it is in one. */
  private static final class Flow {
    final Codel codel = new Codel();
    int first = NONE;
    int last = NONE;
    int credit;
    boolean isInRound;
    Flow behind;
  }

  /** Flows in the order of their turns. */
  private static final class Round {
    Flow first;
    private Flow last;

    void add(Flow flow) {
      flow.behind = null;
      if (first == null) {
        first = flow;
      } else {
        last.behind = flow;
      }
      last = flow;
    }

    Flow remove() {
      Flow flow = first;
      first = flow.behind;
      return flow;
    }
  }

  /**
   * Adds the packet in {@code slot}, which isn't in the queue.
   *
   * @param flow a hash of what names its flow
   */
  void add(int slot, long flow, int length, long nowNanos) {
    bytes[slot] = length;
    sinceNanos[slot] = nowNanos;
    behind[slot] = NONE;
    Flow own = flow(flow);
    if (own.first == NONE) {
      own.first = slot;
    } else {
      behind[own.last] = slot;
    }
    own.last = slot;
    if (!own.isInRound) {
      own.isInRound = true;
      own.credit = TURN_BYTES;
      fresh.add(own);
    }
  }

  private Flow flow(long hash) {
    int place = (int) ((hash * factor) >>> (Long.SIZE - FLOW_BITS));
    if (flows[place] == null) {
      flows[place] = new Flow();
    }
    return flows[place];
  }

  /** Takes out the packet that goes next; returns its slot, or {@link #NONE}. */
  int next(long nowNanos) {
    while (true) {
      Round round = fresh.first == null ? others : fresh;
      Flow flow = round.first;
      if (flow == null) {
        return NONE;
      }
      if (flow.credit <= 0) {
        flow.credit += TURN_BYTES;
        others.add(round.remove());
      } else if (flow.first != NONE) {
        return take(flow, nowNanos);
      } else if (round == fresh) {
        // Else a flow that comes and goes would always be before the others.
        others.add(round.remove());
      } else {
        round.remove().isInRound = false;
      }
    }
  }

  private int take(Flow flow, long nowNanos) {
    int slot = flow.first;
    flow.first = behind[slot];
    flow.credit -= bytes[slot];
    signals = flow.codel.signals(nowNanos - sinceNanos[slot], flow.first == NONE, nowNanos);
    return slot;
  }

  /** Whether the packet that {@link #next} gave last is to tell its sender to slow down. */
  boolean signals() {
    return signals;
  }
}
