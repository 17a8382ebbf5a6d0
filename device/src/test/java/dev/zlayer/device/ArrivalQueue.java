package dev.zlayer.device;

import dev.zlayer.linux.Doorbell;
import dev.zlayer.linux.NativeException;
import dev.zlayer.linux.Pollable;
import dev.zlayer.memory.PacketBatch;
import dev.zlayer.memory.PacketBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BiConsumer;

/** What has arrived at a port in memory and waits to be read. Thread safe. */
final class ArrivalQueue<T> {
  private final Queue<T> waiting = new ArrayDeque<>();
  private final Doorbell doorbell = openDoorbell();

  synchronized void add(T arrival) {
    waiting.add(arrival);
    doorbell.ring();
  }

  Pollable arrivals() {
    return doorbell;
  }

  /** Adds what fits to {@code batch}; returns how many. */
  synchronized int drain(PacketBatch batch, BiConsumer<T, PacketBuffer> copy) {
    int before = batch.size();
    while (!batch.isFull() && !waiting.isEmpty()) {
      copy.accept(waiting.remove(), batch.add());
    }
    if (waiting.isEmpty()) {
      doorbell.silence();
    }
    return batch.size() - before;
  }

  private static Doorbell openDoorbell() {
    try {
      return Doorbell.open();
    } catch (NativeException e) {
      throw new AssertionError(e);
    }
  }
}
