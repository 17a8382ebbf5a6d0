package dev.zlayer.wireguard;

import java.util.Arrays;
import java.util.Objects;

/**
 * Who owns which single addresses: a hash table, so that an answer costs the same however many
 * there are. It has two levels: an immutable value, of which a change copies the upper level and
 * one part of the lower.
 *
 * @param <T> what an address leads to
 */
final class HostTable<T> {
  /** On average; a part is copied for each change in it. */
  private static final int HOSTS_A_PART = 16;

  private record Host<T>(long high, long low, T owner) {
    boolean is(long otherHigh, long otherLow) {
      return high == otherHigh && low == otherLow;
    }
  }

  private static final Host<?>[] NOBODY = new Host<?>[1];
  private static final HostTable<?> EMPTY = new HostTable<>(parts(1), 0);

  /** As many as a power of two, each with as many places, of which at least half are empty. */
  private final Host<T>[][] parts;

  private final int size;

  private HostTable(Host<T>[][] parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  @SuppressWarnings("unchecked") // nothing is in it
  static <T> HostTable<T> empty() {
    return (HostTable<T>) EMPTY;
  }

  /** The owner of an address, or null where there is none. */
  T ownerOf(long high, long low) {
    long hash = hash(high, low);
    Host<T>[] part = parts[(int) hash & (parts.length - 1)];
    int mask = part.length - 1;
    int place = (int) (hash >>> 32) & mask;
    for (Host<T> host = part[place]; host != null; host = part[place]) {
      if (host.is(high, low)) {
        return host.owner;
      }
      place = (place + 1) & mask;
    }
    return null;
  }

  /** This table with an address leading to {@code owner}, taken from whoever had it. */
  HostTable<T> with(long high, long low, T owner) {
    boolean isNew = ownerOf(high, low) == null;
    Host<T>[][] changed =
        isNew && size == HOSTS_A_PART * parts.length ? spread(2 * parts.length) : parts.clone();
    enter(changed, new Host<>(high, low, owner));
    return new HostTable<>(changed, isNew ? size + 1 : size);
  }

  /** This table without an address, if {@code owner} has it. */
  HostTable<T> without(long high, long low, T owner) {
    T present = ownerOf(high, low);
    if (present == null || !Objects.equals(present, owner)) {
      return this;
    }
    Host<T>[][] changed = parts.clone();
    int part = (int) hash(high, low) & (changed.length - 1);
    changed[part] = others(changed[part], high, low, 0);
    return size == 1 ? empty() : new HostTable<>(changed, size - 1);
  }

  private Host<T>[][] spread(int count) {
    Host<T>[][] wider = parts(count);
    for (Host<T>[] part : parts) {
      for (Host<T> host : part) {
        if (host != null) {
          enter(wider, host);
        }
      }
    }
    return wider;
  }

  private static <T> void enter(Host<T>[][] parts, Host<T> host) {
    int part = (int) hash(host.high, host.low) & (parts.length - 1);
    parts[part] = others(parts[part], host.high, host.low, 1);
    place(parts[part], host);
  }

  /** The part without an address, and with room for {@code more}. */
  private static <T> Host<T>[] others(Host<T>[] part, long high, long low, int more) {
    int count = more;
    for (Host<T> host : part) {
      if (host != null && !host.is(high, low)) {
        count++;
      }
    }
    Host<T>[] others = part(count);
    for (Host<T> host : part) {
      if (host != null && !host.is(high, low)) {
        place(others, host);
      }
    }
    return others;
  }

  private static <T> void place(Host<T>[] part, Host<T> host) {
    int place = (int) (hash(host.high, host.low) >>> 32) & (part.length - 1);
    while (part[place] != null) {
      place = (place + 1) & (part.length - 1);
    }
    part[place] = host;
  }

  @SuppressWarnings("unchecked") // there are no arrays of parameterised types
  private static <T> Host<T>[] part(int count) {
    return (Host<T>[]) (count == 0 ? NOBODY : new Host<?>[4 * Integer.highestOneBit(count)]);
  }

  @SuppressWarnings("unchecked") // as above
  private static <T> Host<T>[][] parts(int count) {
    Host<T>[][] parts = (Host<T>[][]) new Host<?>[count][];
    Arrays.fill(parts, part(0));
    return parts;
  }

  /** Neighbouring addresses lie far apart in the lower and in the upper half. */
  private static long hash(long high, long low) {
    long hash = (high ^ Long.rotateLeft(low, 32)) * 0x9e37_79b9_7f4a_7c15L;
    return (hash ^ hash >>> 32) * 0xd6e8_feb8_6659_fd93L;
  }
}
