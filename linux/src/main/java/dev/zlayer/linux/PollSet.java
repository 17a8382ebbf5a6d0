package dev.zlayer.linux;

import dev.zlayer.memory.RawMemory;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Waits for the first of several to have something to read, or room for what is written. Places
 * that nothing was put in are left out. Not thread safe; what is in it must stay open while
 * somebody waits.
 */
public final class PollSet {
  private static final int NOTHING = -1;

  private final Arena arena = Arena.ofAuto();
  private final Pollable[] pollables;
  private final long entries;

  /**
   * @param places 1 or more
   */
  public PollSet(int places) {
    pollables = new Pollable[places];
    entries = RawMemory.allocate(arena, (long) places * Poll.ENTRY_BYTES);
    for (int place = 0; place < places; place++) {
      leaveOut(place);
    }
  }

  /** Waits for something to read of {@code pollable}, too, instead of what {@code place} held. */
  public void put(int place, Pollable pollable) {
    put(place, pollable, true, false);
  }

  /**
   * Waits for {@code pollable}, too, instead of what {@code place} held.
   *
   * @param reads whether it is waited for until it has something to read
   * @param writes whether it is waited for until it has room
   */
  public void put(int place, Pollable pollable, boolean reads, boolean writes) {
    int events = (reads ? LibC.POLLIN : 0) | (writes ? LibC.POLLOUT : 0);
    Poll.put(entry(place), pollable.fd(), (short) events);
    pollables[place] = pollable;
  }

  /** Waits no longer for what {@code place} holds. */
  public void leaveOut(int place) {
    Poll.put(entry(place), NOTHING, LibC.POLLIN);
    pollables[place] = null;
  }

  /**
   * Finds out which can be read, or have the room that they are waited for, or an error to tell.
   *
   * @param waits whether to wait, without a limit, until there is one
   */
  public void poll(boolean waits) throws NativeException {
    try {
      int ignored = Poll.await(entries, pollables.length, waits ? Poll.FOREVER : 0);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Whether what {@code place} holds had something to read or an error when {@link #poll} returned.
   */
  public boolean isReady(int place) {
    return (returned(place) & ~LibC.POLLOUT) != 0;
  }

  /** Whether what {@code place} holds had room or an error when {@link #poll} returned. */
  public boolean hasRoom(int place) {
    return (returned(place) & ~LibC.POLLIN) != 0;
  }

  private int returned(int place) {
    try {
      return Poll.returned(entry(place));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private long entry(int place) {
    return entries + (long) Objects.checkIndex(place, pollables.length) * Poll.ENTRY_BYTES;
  }
}
