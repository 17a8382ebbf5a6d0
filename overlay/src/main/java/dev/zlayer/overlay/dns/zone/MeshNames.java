package dev.zlayer.overlay.dns.zone;

import dev.zlayer.overlay.dns.DnsRecord.Origin;
import dev.zlayer.overlay.dns.zone.NameEntry.Held;
import dev.zlayer.wireguard.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * The names that nodes have without anybody's doing: their own, {@code leader}, short forms where
 * they are unique, and configured host names as far as none of those is the same.
 */
final class MeshNames {
  private static final String LEADER = "leader";

  private final Name origin;
  private final NodeNames nodeNames;

  MeshNames(Name origin, List<Cidr> networks) {
    this.origin = origin;
    this.nodeNames = new NodeNames(networks);
  }

  Map<Name, List<Held>> of(List<ZoneNode> nodes) {
    Map<String, List<Held>> names = new HashMap<>();
    for (ZoneNode node : nodes) {
      for (InetAddress own : node.addresses()) {
        String name = nodeNames.nameOf(own);
        for (InetAddress address : node.addresses()) {
          Origin origin = address.equals(own) ? Origin.NODE : Origin.ALIAS;
          add(names, name, new Held(address, origin));
        }
      }
      if (node.leader()) {
        addAll(names, LEADER, node, Origin.ALIAS);
      }
    }
    addShortNames(names, nodes);
    Set<String> taken = Set.copyOf(names.keySet());
    for (ZoneNode node : nodes) {
      node.hostname()
          .map(hostname -> hostname.toLowerCase(Locale.ROOT))
          .filter(hostname -> !taken.contains(hostname))
          .ifPresent(hostname -> addAll(names, hostname, node, Origin.HOSTNAME));
    }
    return names.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> full(entry.getKey()), Map.Entry::getValue, (a, b) -> a, HashMap::new));
  }

  private static void addShortNames(Map<String, List<Held>> names, List<ZoneNode> nodes) {
    Map<String, List<ZoneNode>> byShortName = new HashMap<>();
    for (ZoneNode node : nodes) {
      node.addresses().stream()
          .map(NodeNames::shortNameOf)
          .distinct()
          .filter(name -> !names.containsKey(name))
          .forEach(name -> byShortName.computeIfAbsent(name, n -> new ArrayList<>()).add(node));
    }
    byShortName.forEach((name, holders) -> {
      if (holders.size() == 1) {
        addAll(names, name, holders.getFirst(), Origin.ALIAS);
      }
    });
  }

  private static void addAll(
      Map<String, List<Held>> names, String name, ZoneNode node, Origin origin) {
    node.addresses().forEach(address -> add(names, name, new Held(address, origin)));
  }

  private static void add(Map<String, List<Held>> names, String name, Held held) {
    names.computeIfAbsent(name, n -> new ArrayList<>(1)).add(held);
  }

  private Name full(String name) {
    try {
      return Name.fromString(name, origin);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("name '" + name + "' has no room in " + origin, e);
    }
  }
}
