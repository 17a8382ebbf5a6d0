package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.dns.DnsRecord.Origin;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.xbill.DNS.Name;

/** The names of addresses. One writer at a time; readers need no lock. */
final class Pointers {
  private static final Comparator<InetAddress> NUMERIC =
      Comparator.comparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private final ConcurrentSkipListMap<InetAddress, Map<Name, Origin>> names =
      new ConcurrentSkipListMap<>(NUMERIC);

  void add(InetAddress address, Name name, Origin origin) {
    Map<Name, Origin> changed = new TreeMap<>(names.getOrDefault(address, Map.of()));
    changed.put(name, origin);
    names.put(address, changed);
  }

  void remove(InetAddress address, Name name) {
    Map<Name, Origin> changed = new TreeMap<>(names.getOrDefault(address, Map.of()));
    changed.remove(name);
    if (changed.isEmpty()) {
      names.remove(address);
    } else {
      names.put(address, changed);
    }
  }

  /** The names of the best kind that {@code address} has. */
  List<Name> of(InetAddress address) {
    Map<Name, Origin> all = names.getOrDefault(address, Map.of());
    Origin best = all.values().stream().min(Comparator.naturalOrder()).orElse(Origin.ADDED);
    return all.entrySet().stream()
        .filter(entry -> entry.getValue() == best)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether any address of {@code range} has a name. */
  boolean isAnyIn(Cidr range) {
    InetAddress next = names.ceilingKey(range.network());
    return next != null && range.contains(next);
  }
}
