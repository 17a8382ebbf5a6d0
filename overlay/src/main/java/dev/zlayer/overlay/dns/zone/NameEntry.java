package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.dns.DnsRecord.Origin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The addresses under one name, who put them there, and which of them are told. Immutable.
 *
 * @param held in the order in which they came
 */
record NameEntry(List<Held> held) {
  static final NameEntry EMPTY = new NameEntry(List.of());

  /** An address that somebody put under the name. */
  record Held(InetAddress address, Origin origin) {}

  NameEntry {
    held = List.copyOf(held);
  }

  NameEntry with(Held one) {
    if (held.contains(one)) {
      return this;
    }
    List<Held> more = new ArrayList<>(held);
    more.add(one);
    return new NameEntry(more);
  }

  NameEntry without(Predicate<Held> gone) {
    return new NameEntry(held.stream().filter(gone.negate()).toList());
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Whether nothing can be added to it. */
  boolean isExclusive() {
    return held.stream().anyMatch(one -> one.origin().isExclusive());
  }

  /** What counts: a name of the mesh's hides what was added under it before. Each address once. */
  List<Held> effective() {
    boolean exclusive = isExclusive();
    List<Held> effective = new ArrayList<>(held.size());
    for (Held one : held) {
      if (one.origin().isExclusive() == exclusive
          && effective.stream().noneMatch(other -> other.address().equals(one.address()))) {
        effective.add(one);
      }
    }
    return effective;
  }

  /**
   * The addresses of one family that are told: without those that are down, as long as another one
   * isn't.
   */
  List<InetAddress> told(Class<? extends InetAddress> family, Set<InetAddress> down) {
    List<InetAddress> all =
        effective().stream().map(Held::address).filter(family::isInstance).toList();
    List<InetAddress> up = all.stream().filter(address -> !down.contains(address)).toList();
    return up.isEmpty() ? all : up;
  }
}
