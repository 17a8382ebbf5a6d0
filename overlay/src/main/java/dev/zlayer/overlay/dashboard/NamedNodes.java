package dev.zlayer.overlay.dashboard;

import dev.zlayer.overlay.dns.DnsRecord;
import dev.zlayer.overlay.dns.DnsRecord.Origin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which names are whose. */
final class NamedNodes {
  /** People's own words for a node come before those that it has by its address. */
  private static final Comparator<DnsRecord> WELCOME_FIRST =
      Comparator.comparing((DnsRecord record) -> record.origin() == Origin.NODE)
          .thenComparing(record -> record.origin() == Origin.ALIAS)
          .thenComparing(DnsRecord::name);

  private final Map<InetAddress, List<String>> ofNodes = new HashMap<>();
  private final SortedMap<String, List<InetAddress>> others = new TreeMap<>();

  /**
   * @param nodes the addresses of each
   */
  NamedNodes(List<DnsRecord> records, List<List<InetAddress>> nodes) {
    Map<InetAddress, InetAddress> firstAddresses = new HashMap<>();
    nodes.forEach(node -> node.forEach(address -> firstAddresses.put(address, node.getFirst())));
    Map<String, List<DnsRecord>> byName =
        records.stream().collect(Collectors.groupingBy(DnsRecord::name));
    List<DnsRecord> owned = new ArrayList<>();
    byName.forEach((name, held) -> {
      List<Optional<InetAddress>> owners =
          held.stream()
              .map(record -> Optional.ofNullable(firstAddresses.get(record.address())))
              .distinct()
              .toList();
      if (owners.size() == 1 && owners.getFirst().isPresent()) {
        owned.add(held.getFirst());
      } else {
        others.put(name, held.stream().map(DnsRecord::address).toList());
      }
    });
    owned.sort(WELCOME_FIRST);
    owned.forEach(record ->
        ofNodes
            .computeIfAbsent(firstAddresses.get(record.address()), _ -> new ArrayList<>())
            .add(record.name()));
  }

  /** The names that lead to this node alone, those first that people gave it. */
  List<String> of(List<InetAddress> node) {
    return node.isEmpty() ? List.of() : ofNodes.getOrDefault(node.getFirst(), List.of());
  }

  /** The other names: of several nodes, or of what is no node. */
  SortedMap<String, List<InetAddress>> others() {
    return others;
  }
}
