package dev.zlayer.device;

import dev.zlayer.linux.Doorbell;
import dev.zlayer.linux.PollSet;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries packets between a host and its peers: with one thread for both directions, and with a
 * second one for what comes in while both have much to carry.
 *
 * <p>One thread saves wake-ups: what a packet of a peer calls forth in the host is there to be read
 * when its turn is over. At any time one thread alone has the direction that comes in; {@link
 * #divided} hands it over, and with it all that the direction keeps.
 *
 * <p>Nothing more is taken from the host while the port has no room for a batch: what has to wait
 * for the network waits before it is sealed, where flows take turns, and isn't lost.
 */
final class Carrier {
  private static final int BELL = 0;
  private static final int TUN = 1;
  private static final int UDP = 2;

  /** One of the two ways that packets go. */
  interface Direction {
    /**
     * Carries what there is, a batch at most; doesn't wait.
     *
     * @return packets found
     */
    int carry() throws IOException;
  }

  private final Tun tun;
  private final ListeningPort udp;
  private final Way out;
  private final Way in;
  private final PacketBells bells;
  private final Pulse firstPulse = new Pulse();
  private final Pulse secondPulse = new Pulse();

  /** Whether the second thread has what comes in: set by the first one, unset by the second. */
  private volatile boolean divided;

  private volatile boolean stopping;

  /** Packets of the host carried since the port was seen to have room. Of the first thread. */
  private int sinceRoom;

  /** The thread in {@link #assist}, once it runs. */
  private volatile Thread assistant;

  /**
   * @param batchPackets what {@code out} and {@code in} find at most: when they do, there may be
   *     more
   */
  Carrier(
      Tun tun,
      ListeningPort udp,
      Direction out,
      Direction in,
      int batchPackets,
      PacketBells bells) {
    this.tun = tun;
    this.udp = udp;
    this.out = new Way(out, batchPackets);
    this.in = new Way(in, batchPackets);
    this.bells = bells;
  }

  /** A direction, how busy it is, and whether it may have packets that no descriptor tells of. */
  private static final class Way {
    private final Direction direction;
    private final int batchPackets;
    final Load load = new Load();
    boolean mayHaveMore = true;

    Way(Direction direction, int batchPackets) {
      this.direction = direction;
      this.batchPackets = batchPackets;
    }

    /** Returns how many packets it carried. */
    int turn(boolean isReady) throws IOException {
      int packets = isReady || mayHaveMore ? direction.carry() : 0;
      mayHaveMore = packets == batchPackets;
      load.turn(packets);
      return packets;
    }
  }

  /** Of the first thread: carries both ways, or out alone, until {@link #stop}. */
  void carry() throws IOException {
    PollSet ready = readySet(bells.first());
    boolean alone = true;
    while (!stopping) {
      firstPulse.beat();
      boolean seeksRoom = sinceRoom >= out.batchPackets;
      pollForBoth(ready, alone, seeksRoom);
      answer(ready, bells.first());
      if (seeksRoom && ready.hasRoom(UDP)) {
        sinceRoom = 0;
        out.mayHaveMore = true;
      }
      if (sinceRoom < out.batchPackets) {
        sinceRoom += out.turn(ready.isReady(TUN));
      }
      if (alone) {
        in.turn(ready.isReady(UDP));
        alone = !(out.load.isHeavy() && in.load.isHeavy());
        if (!alone) {
          divided = true;
          LockSupport.unpark(assistant);
        }
      } else if (!divided) {
        alone = true;
        in.mayHaveMore = true;
      }
    }
  }

  /**
   * Polls for what the first thread has to do.
   *
   * @param alone whether it has what comes in, too
   * @param seeksRoom whether it needs room in the port before it looks at the host again
   */
  private void pollForBoth(PollSet ready, boolean alone, boolean seeksRoom) throws IOException {
    boolean goesOn = (out.mayHaveMore && !seeksRoom) || (in.mayHaveMore && alone);
    if (seeksRoom) {
      ready.leaveOut(TUN);
    } else {
      ready.put(TUN, tun.arrivals());
    }
    if (alone || seeksRoom) {
      udp.poll(ready, UDP, alone, seeksRoom, !goesOn);
    } else {
      ready.leaveOut(UDP);
      ready.poll(!goesOn);
    }
  }

  /** Of the second thread: carries what comes in while that pays, until {@link #stop}. */
  void assist() throws IOException {
    assistant = Thread.currentThread();
    PollSet ready = readySet(bells.second());
    while (!stopping) {
      secondPulse.beat();
      if (!divided) {
        LockSupport.park(this);
        continue;
      }
      udp.poll(ready, UDP, true, false, !in.mayHaveMore);
      answer(ready, bells.second());
      in.turn(ready.isReady(UDP));
      if (in.load.isLight() || out.load.isLight()) {
        ready.leaveOut(UDP);
        divided = false;
        bells.first().ring();
      }
    }
  }

  /** Ends both threads. */
  void stop() {
    stopping = true;
    call();
  }

  /** Has both threads go round once more, whatever they wait for. */
  void call() {
    bells.ring();
    LockSupport.unpark(assistant);
  }

  /** Of the two threads: each beats once a round. */
  List<Pulse> pulses() {
    return List.of(firstPulse, secondPulse);
  }

  private static PollSet readySet(Doorbell bell) {
    PollSet ready = new PollSet(3);
    ready.put(BELL, bell);
    return ready;
  }

  private static void answer(PollSet ready, Doorbell bell) {
    if (ready.isReady(BELL)) {
      bell.silence();
    }
  }
}
