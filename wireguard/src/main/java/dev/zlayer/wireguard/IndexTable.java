package dev.zlayer.wireguard;

import dev.zlayer.crypto.Entropy;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds sessions and handshakes by the random 32-bit index that we gave out for them.
 *
 * <p>An index is accepted only if its low bits name a free slot; looking one up is then a single
 * read. Packet threads read without a lock; changes are made under the engine's lock.
 */
final class IndexTable {
  private static final int INITIAL_SLOTS = 256;

  private final Entropy entropy;
  private volatile AtomicReferenceArray<Receiver> slots = new AtomicReferenceArray<>(INITIAL_SLOTS);
  private int used;

  IndexTable(Entropy entropy) {
    this.entropy = entropy;
  }

  /** A random index whose slot is free until somebody is put there. */
  int freeIndex() {
    if (used >= slots.length() / 2) {
      grow();
    }
    byte[] random = new byte[Integer.BYTES];
    while (true) {
      entropy.fill(random);
      int index = ByteBuffer.wrap(random).getInt();
      if (slots.get(index & (slots.length() - 1)) == null) {
        return index;
      }
    }
  }

  /** Enters a receiver under its index, which {@link #freeIndex()} gave. */
  void put(Receiver receiver) {
    int slot = receiver.index() & (slots.length() - 1);
    if (slots.getAndSet(slot, receiver) == null) {
      used++;
    }
  }

  /** Takes a receiver out; one that isn't there, or was replaced, is left alone. */
  void remove(Receiver receiver) {
    int slot = receiver.index() & (slots.length() - 1);
    if (slots.get(slot) == receiver) {
      slots.set(slot, null);
      used--;
    }
  }

  /** Who has {@code index}, or null. */
  Receiver find(int index) {
    AtomicReferenceArray<Receiver> current = slots;
    Receiver receiver = current.get(index & (current.length() - 1));
    return receiver != null && receiver.index() == index ? receiver : null;
  }

  /** Doubles the slots: indices that differ in their low bits still do with one bit more. */
  private void grow() {
    AtomicReferenceArray<Receiver> old = slots;
    AtomicReferenceArray<Receiver> doubled = new AtomicReferenceArray<>(old.length() * 2);
    for (int i = 0; i < old.length(); i++) {
      Receiver receiver = old.get(i);
      if (receiver != null) {
        doubled.set(receiver.index() & (doubled.length() - 1), receiver);
      }
    }
    slots = doubled;
  }
}
