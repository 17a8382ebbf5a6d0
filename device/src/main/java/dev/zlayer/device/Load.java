package dev.zlayer.device;

/**
 * How full the batches of one direction are, over the last {@value #TURNS} turns: who keeps up with
 * what comes finds few packets a turn, and many who doesn't. One thread at a time counts; any may
 * ask.
 */
final class Load {
  static final int TURNS = 32;

  private static final int HEAVY_PACKETS = 8 * TURNS;
  private static final int LIGHT_PACKETS = 2 * TURNS;

  private int turns;
  private int packets;
  private volatile int packetsBefore;

  /** Counts a turn that carried {@code count} packets, 0 or more. */
  void turn(int count) {
    packets += count;
    turns++;
    if (turns == TURNS) {
      packetsBefore = packets;
      packets = 0;
      turns = 0;
    }
  }

  /** Whether there were 8 packets a turn or more. */
  boolean isHeavy() {
    return packetsBefore >= HEAVY_PACKETS;
  }

  /** Whether there were 2 packets a turn or fewer. */
  boolean isLight() {
    return packetsBefore <= LIGHT_PACKETS;
  }
}
